import { Fragment, useState, type SyntheticEvent } from 'react';

import type { ApiClient } from '../api/client.js';
import { readAlarms, readHandpays, readSnapshots, readTransfers } from '../api/endpoints.js';
import { type Problem, problemOf } from '../api/problem.js';
import type { Machine } from '../api/types.js';
import { useSession } from '../session/session-context.js';
import { alarmRows, type BookRow, handpayRows, meterRows, snapshotRows, transferRows } from '../state/books.js';
import { ProblemNotice } from './problem-notice.js';
import { Skeleton } from './skeleton.js';

interface MachineBooksProps {
  readonly machine: Machine;
  readonly timeZone: string;
}

type Read = (api: ApiClient, machineId: string) => Promise<BookRow[]>;

/** What the machine has counted and what was done with its money. Each book is read when it is opened. */
export function MachineBooks({ machine, timeZone }: MachineBooksProps) {
  const books: readonly (readonly [title: string, read: Read])[] = [
    ['Meters', () => Promise.resolve(meterRows(machine.meters))],
    ['Snapshots', (api, id) => readSnapshots(api, id).then(({ body }) => snapshotRows(body.items, timeZone))],
    ['Handpays', (api, id) => readHandpays(api, id).then(({ body }) => handpayRows(body.items, timeZone))],
    ['Transfers', (api, id) => readTransfers(api, id).then(({ body }) => transferRows(body.items, timeZone))],
    ['Alarms', (api, id) => readAlarms(api, id).then(({ body }) => alarmRows(body.items, timeZone))],
  ];
  return (
    <section className="history" aria-labelledby="books-title">
      <h3 id="books-title">Books</h3>
      {books.map(([title, read]) => (
        <Book key={title} title={title} machineId={machine.id} read={read} />
      ))}
    </section>
  );
}

interface BookProps {
  readonly title: string;
  readonly machineId: string;
  readonly read: Read;
}

function Book({ title, machineId, read }: BookProps) {
  const { api } = useSession();
  const [rows, setRows] = useState<readonly BookRow[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const load = (): void => {
    read(api, machineId).then(
      (found) => {
        setProblem(null);
        setRows(found);
      },
      (error: unknown) => setProblem(problemOf(error)),
    );
  };
  const toggled = ({ currentTarget }: SyntheticEvent<HTMLDetailsElement>): void => {
    if (currentTarget.open) load();
  };
  return (
    <details onToggle={toggled}>
      <summary>{title}</summary>
      {problem && <ProblemNotice problem={problem} onRetry={load} />}
      {rows === null && !problem && <Skeleton shape="line" count={3} label={`Reading: ${title}`} />}
      {rows?.length === 0 && <p>Nothing yet.</p>}
      <dl className="event-facts">
        {rows?.map(({ key, at, title: name, detail }) => (
          <Fragment key={key}>
            <dt>{name}</dt>
            <dd>
              {detail}
              {at && ` · ${at}`}
            </dd>
          </Fragment>
        ))}
      </dl>
    </details>
  );
}
