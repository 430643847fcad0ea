import { type SyntheticEvent, useState } from 'react';

import { type CallFilters, noFilters } from './call-filters.js';

interface CallFormProps {
  readonly filters: CallFilters;
  readonly onSearch: (filters: CallFilters) => void;
}

const texts = [
  ['actor', 'Who (id)', 'any client or member of staff'],
  ['client', 'Client (id)', 'programs only'],
  ['route', 'Route begins with', '/api/v1/wallets'],
  ['result', 'Result', 'served, refused, 409, a code'],
  ['correlationId', 'Correlation', ''],
] as const;
const times = [
  ['from', 'From (UTC)'],
  ['to', 'To (UTC)'],
] as const;

/** What calls to look for. */
export function CallForm({ filters, onSearch }: CallFormProps) {
  const [draft, setDraft] = useState(filters);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    onSearch(draft);
  };
  const set = (name: keyof CallFilters, value: string) => setDraft({ ...draft, [name]: value });
  return (
    <form className="audit-form" role="search" aria-label="Calls" onSubmit={submit}>
      {texts.map(([name, label, placeholder]) => (
        <label key={name} className="field">
          {label}
          <input
            type="text"
            maxLength={256}
            autoComplete="off"
            spellCheck={false}
            placeholder={placeholder}
            value={draft[name]}
            onChange={(event) => set(name, event.target.value.trim())}
          />
        </label>
      ))}
      {times.map(([name, label]) => (
        <label key={name} className="field">
          {label}
          <input type="datetime-local" value={draft[name]} onChange={(event) => set(name, event.target.value)} />
        </label>
      ))}
      <div className="audit-form-buttons">
        <button type="submit" className="button button-primary">
          Search
        </button>
        <button
          type="button"
          className="button button-quiet"
          onClick={() => {
            setDraft(noFilters);
            onSearch(noFilters);
          }}
        >
          Clear
        </button>
      </div>
    </form>
  );
}
