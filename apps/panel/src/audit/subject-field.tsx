import type { Named } from './use-floor-names.js';

interface SubjectFieldProps {
  readonly label: string;
  readonly value: string;
  /** What there is to choose from; empty where it has to be typed. */
  readonly choices: readonly Named[];
  readonly onChange: (value: string) => void;
}

/** One of several by name, or an id. */
export function SubjectField({ label, value, choices, onChange }: SubjectFieldProps) {
  return (
    <label className="field">
      {label}
      {choices.length > 0 ? (
        <select required value={value} onChange={(event) => onChange(event.target.value)}>
          <option value="">Choose…</option>
          {choices.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      ) : (
        <input
          type="text"
          required
          maxLength={200}
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value.trim())}
        />
      )}
    </label>
  );
}
