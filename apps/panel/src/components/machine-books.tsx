import { useState, type SyntheticEvent } from 'react';

import type { ApiClient } from '../api/client.js';
import { readAlarms, readGames, readHandpays, readMeters, readSnapshots, readTransfers } from '../api/endpoints.js';
import { type Problem, problemOf } from '../api/problem.js';
import type { Machine } from '../api/types.js';
import { useSession } from '../session/session-context.js';
import { alarmBook, type Book, gameBook, handpayBook, meterBook, snapshotBook, transferBook } from '../state/books.js';
import { BookTable } from './book-table.js';
import { ProblemNotice } from './problem-notice.js';
import { Skeleton } from './skeleton.js';

interface MachineBooksProps {
  readonly machine: Machine;
  readonly timeZone: string;
}

type Read = (api: ApiClient, machineId: string) => Promise<Book>;

/** What the machine has counted and what was done with its money. Each book is read when it is opened. */
export function MachineBooks({ machine, timeZone }: MachineBooksProps) {
  const { currency } = machine.totals.wager;
  const books: readonly (readonly [title: string, read: Read])[] = [
    ['Meters', (api, id) => readMeters(api, id).then(({ body }) => meterBook(body.items, currency))],
    ['Games', (api, id) => readGames(api, id).then(({ body }) => gameBook(body))],
    ['Snapshots', (api, id) => readSnapshots(api, id).then(({ body }) => snapshotBook(body.items, timeZone))],
    ['Handpays', (api, id) => readHandpays(api, id).then(({ body }) => handpayBook(body.items, timeZone))],
    ['Transfers', (api, id) => readTransfers(api, id).then(({ body }) => transferBook(body.items, timeZone))],
    ['Alarms', (api, id) => readAlarms(api, id).then(({ body }) => alarmBook(body.items, timeZone))],
  ];
  return (
    <section className="books" aria-labelledby="books-title">
      <h3 id="books-title">Books</h3>
      {books.map(([title, read]) => (
        <MachineBook key={title} title={title} machineId={machine.id} read={read} />
      ))}
    </section>
  );
}

interface MachineBookProps {
  readonly title: string;
  readonly machineId: string;
  readonly read: Read;
}

function MachineBook({ title, machineId, read }: MachineBookProps) {
  const { api } = useSession();
  const [book, setBook] = useState<Book | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const load = (): void => {
    read(api, machineId).then(
      (found) => {
        setProblem(null);
        setBook(found);
      },
      (error: unknown) => setProblem(problemOf(error)),
    );
  };
  const toggled = ({ currentTarget }: SyntheticEvent<HTMLDetailsElement>): void => {
    if (currentTarget.open) load();
  };
  return (
    <details className="book" onToggle={toggled}>
      <summary>{title}</summary>
      {problem && <ProblemNotice problem={problem} onRetry={load} />}
      {book === null && !problem && <Skeleton shape="line" count={3} label={`Reading: ${title}`} />}
      {book && <BookTable title={title} book={book} />}
    </details>
  );
}
