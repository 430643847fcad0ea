import { type SyntheticEvent, useState } from 'react';

import { gamingDateAt } from '../format/gaming-date.js';
import { navigate } from '../routing/navigation.js';
import { streamKinds } from './stream-kinds.js';
import { SubjectField } from './subject-field.js';
import { useFloorNames } from './use-floor-names.js';

const labels = { machine: 'Machine', 'machine-day': 'Machine', hall: 'Hall', id: 'Id', stream: 'Stream', nothing: '' };

/** Chooses whose history to look at. */
export function StreamPicker() {
  const { halls, machines } = useFloorNames();
  const [kind, setKind] = useState(streamKinds[0]?.kind ?? '');
  const [id, setId] = useState('');
  const [nowMs] = useState(() => Date.now());
  const [given, setDate] = useState<string>();
  const chosen = streamKinds.find((each) => each.kind === kind);
  if (!chosen) return null;
  const { asks, streamOf } = chosen;
  const hallId = machines.find((machine) => machine.id === id)?.hallId;
  const hall = halls.find((each) => each.id === hallId);
  const date = given ?? (hall ? gamingDateAt(nowMs, hall) : '');
  const choices = asks === 'hall' ? halls : asks === 'machine' || asks === 'machine-day' ? machines : [];

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    navigate({ page: 'history', stream: streamOf(id, date), revision: null });
  };

  return (
    <form className="audit-form" onSubmit={submit} aria-label="Whose history">
      <label className="field">
        History of
        <select
          value={kind}
          onChange={(event) => {
            setKind(event.target.value);
            setId('');
          }}
        >
          {streamKinds.map((each) => (
            <option key={each.kind} value={each.kind}>
              {each.name}
            </option>
          ))}
        </select>
      </label>
      {asks !== 'nothing' && <SubjectField label={labels[asks]} value={id} choices={choices} onChange={setId} />}
      {asks === 'machine-day' && (
        <label className="field">
          Gaming date
          <input type="date" required value={date} onChange={(event) => setDate(event.target.value)} />
        </label>
      )}
      <button type="submit" className="button button-primary">
        Show
      </button>
    </form>
  );
}
