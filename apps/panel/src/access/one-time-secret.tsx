import { useState } from 'react';

import type { OnceShown } from './access-actions.js';

interface OneTimeSecretProps extends OnceShown {
  /** Forgets it: it is shown nowhere else, and never again. */
  readonly onStored: () => void;
}

/** A secret that the platform answers once. It is in this page's memory alone, and gone with it. */
export function OneTimeSecret({ label, secret, of, clientId, onStored }: OneTimeSecretProps) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    // Where there is no secure origin there is no clipboard: the text can still be selected.
    navigator.clipboard?.writeText(secret).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <section className="one-time" role="status" aria-label={label}>
      <p className="one-time-title">
        {label} of {of}, shown this once
      </p>
      {clientId !== undefined && (
        <p className="one-time-id">
          Client id <code>{clientId}</code>
        </p>
      )}
      <code className="one-time-secret">{secret}</code>
      <div className="access-form-buttons">
        <button type="button" className="button" onClick={copy}>
          {copied ? 'Copied' : 'Copy'}
        </button>
        <button type="button" className="button button-primary" onClick={onStored}>
          I have stored it
        </button>
      </div>
    </section>
  );
}
