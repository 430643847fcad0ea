import { type SyntheticEvent, useState } from 'react';

import type { Problem } from '../api/problem.js';
import { Brand } from '../components/brand.js';
import { ProblemNotice } from '../components/problem-notice.js';
import { useSession } from '../session/session-context.js';
import { signIn } from '../session/sign-in.js';

/** Fewest characters of a new password; the platform may ask for more. */
const minPasswordLength = 10;

/** Login and password; after a one-time password, a new one. */
export function SignInPage() {
  const { notice, start } = useSession();
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const [mustChange, setMustChange] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    const result = await signIn({ login, password, ...(mustChange ? { newPassword } : {}) }, (url, init) =>
      fetch(url, init),
    );
    setBusy(false);
    if (result.outcome === 'signed-in') start(result.answer);
    else if (result.outcome === 'password-change-required') setMustChange(true);
    else setProblem(result.problem);
  };

  return (
    <main className="sign-in">
      <form className="sign-in-card" onSubmit={(event) => void submit(event)} aria-labelledby="sign-in-title">
        <Brand />
        <h1 id="sign-in-title">{mustChange ? 'Choose your password' : 'Sign in'}</h1>
        {notice && !problem && !mustChange && (
          <p className="sign-in-notice" role="status">
            {notice}
          </p>
        )}
        {mustChange ? (
          <>
            <p className="sign-in-hint">The password you used was for this one time. Choose one that only you know.</p>
            <Field
              key="new"
              label="New password"
              type="password"
              autoComplete="new-password"
              minLength={minPasswordLength}
              value={newPassword}
              onChange={setNewPassword}
            />
          </>
        ) : (
          <>
            <Field key="login" label="Login" type="text" autoComplete="username" value={login} onChange={setLogin} />
            <Field
              key="password"
              label="Password"
              type="password"
              autoComplete="current-password"
              value={password}
              onChange={setPassword}
            />
          </>
        )}
        {problem && <ProblemNotice problem={problem} />}
        <button type="submit" className="button button-primary" disabled={busy}>
          {busy ? 'One moment…' : mustChange ? 'Set password and sign in' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}

interface FieldProps {
  readonly label: string;
  readonly type: 'text' | 'password';
  readonly autoComplete: string;
  readonly minLength?: number;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Field({ label, type, autoComplete, minLength, value, onChange }: FieldProps) {
  return (
    <label className="field">
      {label}
      <input
        type={type}
        autoComplete={autoComplete}
        autoCapitalize="none"
        spellCheck={false}
        required
        autoFocus={autoComplete !== 'current-password'}
        {...(minLength === undefined ? {} : { minLength })}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}
