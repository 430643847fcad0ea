import { type SyntheticEvent, useState } from 'react';

import { ProblemNotice } from '../components/problem-notice.js';
import { evidencePath } from './audit-api.js';
import { SubjectField } from './subject-field.js';
import { useDownload } from './use-download.js';
import { useFloorNames } from './use-floor-names.js';

const kinds = [
  ['machine', 'Machine'],
  ['player', 'Player'],
  ['wallet', 'Wallet'],
  ['hall', 'Hall, for a period'],
] as const;
type Kind = (typeof kinds)[number][0];

/** Asks for an evidence pack. */
export function EvidenceForm() {
  const { halls, machines } = useFloorNames();
  const { isBusy, problem, came, begin } = useDownload();
  const [kind, setKind] = useState<Kind>('machine');
  const [id, setId] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const choices = kind === 'machine' ? machines : kind === 'hall' ? halls : [];

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    const period = { ...(from === '' ? {} : { from }), ...(to === '' ? {} : { to }) };
    begin(evidencePath, `evidence-${kind}-${id}.zip`, { kind, id, ...period });
  };

  return (
    <section className="audit-card" aria-labelledby="evidence-title">
      <h2 id="evidence-title">Evidence</h2>
      <p className="proof-summary">
        An archive of events with their proofs, which a third party checks offline:{' '}
        <code>npx tally evidence verify</code>, or by hand as its readme says.
      </p>
      <form className="audit-form" onSubmit={submit} aria-label="Evidence">
        <label className="field">
          About a
          <select
            value={kind}
            onChange={(event) => {
              setKind(kinds.find(([each]) => each === event.target.value)?.[0] ?? 'machine');
              setId('');
            }}
          >
            {kinds.map(([each, name]) => (
              <option key={each} value={each}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <SubjectField
          label={choices.length > 0 ? 'Which' : 'Which (id)'}
          value={id}
          choices={choices}
          onChange={setId}
        />
        <label className="field">
          Gaming dates from
          <input
            type="date"
            required={kind === 'hall'}
            value={from}
            onChange={(event) => setFrom(event.target.value)}
          />
        </label>
        <label className="field">
          to
          <input type="date" required={kind === 'hall'} value={to} onChange={(event) => setTo(event.target.value)} />
        </label>
        <button type="submit" className="button button-primary" disabled={isBusy}>
          {isBusy ? 'Making it…' : 'Download'}
        </button>
      </form>
      {problem && <ProblemNotice problem={problem} />}
      <p role="status">{came && `${came} was downloaded.`}</p>
    </section>
  );
}
