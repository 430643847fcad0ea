import { type SyntheticEvent, useId, useState } from 'react';

import { makeIdempotencyKey } from '../api/idempotency-key.js';
import { type Problem, problemOf } from '../api/problem.js';
import { ProblemNotice } from '../components/problem-notice.js';
import { useSession } from '../session/session-context.js';
import { type AccessAction, bodyOf, type Field } from './access-actions.js';

/** Characters of a reason that the platform takes. */
const maxReasonLength = 500;

interface ActionFormProps {
  readonly action: AccessAction;
  /** Told what was answered, and the position that it reached. */
  readonly onDone: (answer: object, position: bigint | undefined) => void;
  readonly onCancel: () => void;
}

/** Asks for what an action needs, and why; sends it under one key, however often it is tried. */
export function ActionForm({ action, onDone, onCancel }: ActionFormProps) {
  const { api } = useSession();
  const [values, setValues] = useState<Readonly<Record<string, string>>>({});
  const [intent, setIntent] = useState({ key: makeIdempotencyKey(), body: '' });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const body = bodyOf(action, values);
    // What was changed since the last attempt is another command.
    const text = JSON.stringify(body);
    const key = intent.body === '' || intent.body === text ? intent.key : makeIdempotencyKey();
    setIntent({ key, body: text });
    setBusy(true);
    setProblem(undefined);
    try {
      const answer = await api.post<object>(action.path, body, key);
      onDone(answer.body, answer.position);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const set = (name: string, value: string) => setValues((before) => ({ ...before, [name]: value }));

  return (
    <form className="access-form" onSubmit={(event) => void submit(event)} aria-label={action.name}>
      <h3>{action.name}</h3>
      {action.fields.map((field) => (
        <Input
          key={field.name}
          field={field}
          value={values[field.name] ?? field.value}
          onChange={(value) => set(field.name, value)}
        />
      ))}
      <label className="field">
        Reason
        <input
          type="text"
          required
          maxLength={maxReasonLength}
          value={values['reason'] ?? ''}
          onChange={(event) => set('reason', event.target.value)}
        />
      </label>
      {problem && <ProblemNotice problem={problem} />}
      <div className="access-form-buttons">
        <button
          type="submit"
          className={action.isGrave ? 'button button-warn' : 'button button-primary'}
          disabled={busy}
        >
          {busy ? 'One moment…' : action.name}
        </button>
        <button type="button" className="button button-quiet" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

interface InputProps {
  readonly field: Field;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Input({ field, value, onChange }: InputProps) {
  const hintId = useId();
  const described = field.hint === undefined ? {} : { 'aria-describedby': hintId };
  return (
    <div className="access-field">
      <label className="field">
        {field.label}
        {field.kind === 'choice' ? (
          <select value={value} onChange={(event) => onChange(event.target.value)} {...described}>
            {(field.choices ?? []).map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        ) : field.kind === 'lines' || field.kind === 'halls' ? (
          <textarea
            rows={3}
            required={field.kind === 'halls'}
            spellCheck={false}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            {...described}
          />
        ) : (
          <input
            type={field.kind === 'number' ? 'number' : 'text'}
            required
            min={0}
            autoComplete="off"
            value={value}
            onChange={(event) => onChange(event.target.value)}
            {...described}
          />
        )}
      </label>
      {field.hint && (
        <p className="access-hint" id={hintId}>
          {field.hint}
        </p>
      )}
    </div>
  );
}
