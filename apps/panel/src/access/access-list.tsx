import { type ReactNode, useState } from 'react';

import { EmptyState } from '../components/empty-state.js';
import { ProblemNotice } from '../components/problem-notice.js';
import { Skeleton } from '../components/skeleton.js';
import { type AccessAction, oneTimeSecretOf, type OnceShown } from './access-actions.js';
import { ActionForm } from './action-form.js';
import { OneTimeSecret } from './one-time-secret.js';
import type { Items } from './use-items.js';

interface AccessListProps<Item extends { readonly id: string }> {
  readonly list: Items<Item>;
  readonly title: string;
  readonly create: AccessAction;
  readonly actionsOf: (item: Item) => readonly AccessAction[];
  readonly row: (item: Item) => ReactNode;
}

/** Clients, staff or keys, and what can be done about each. One form is open at a time. */
export function AccessList<Item extends { readonly id: string }>({
  list,
  title,
  create,
  actionsOf,
  row,
}: AccessListProps<Item>) {
  const [open, setOpen] = useState<{ readonly of: string; readonly action: AccessAction }>();
  // Each stays until somebody says that it is stored, whatever else is done meanwhile.
  const [shown, setShown] = useState<readonly OnceShown[]>([]);
  const formOf = (of: string) =>
    open?.of === of && (
      <ActionForm
        key={open.action.path}
        action={open.action}
        onDone={(answer, position) => {
          const secret = oneTimeSecretOf(open.action, answer);
          if (secret) setShown((before) => [...before, secret]);
          setOpen(undefined);
          list.reread(position);
        }}
        onCancel={() => setOpen(undefined)}
      />
    );

  return (
    <section aria-labelledby="access-title" className="access-list">
      <div className="page-head">
        <h2 id="access-title">{title}</h2>
        <button type="button" className="button button-primary" onClick={() => setOpen({ of: '', action: create })}>
          {create.name}
        </button>
      </div>
      {shown.map((each) => (
        <OneTimeSecret
          key={each.secret}
          {...each}
          onStored={() => setShown((before) => before.filter((other) => other !== each))}
        />
      ))}
      {formOf('')}
      {list.problem && <ProblemNotice problem={list.problem} onRetry={() => list.reread()} />}
      {!list.items && !list.problem && <Skeleton shape="card" count={3} label="Reading" />}
      {list.items?.length === 0 && <EmptyState title="None yet" />}
      <ul className="access-items">
        {list.items?.map((item) => (
          <li key={item.id} className="access-item">
            {row(item)}
            <div className="access-actions">
              {actionsOf(item).map((action) => (
                <button
                  key={action.name}
                  type="button"
                  className="button button-small"
                  aria-expanded={open?.of === item.id && open.action.name === action.name}
                  onClick={() => setOpen({ of: item.id, action })}
                >
                  {action.name}
                </button>
              ))}
            </div>
            {formOf(item.id)}
          </li>
        ))}
      </ul>
    </section>
  );
}
