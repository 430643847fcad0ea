import type { EventStore, NewEvent } from '#event-sourcing';
import { type Clock, derivedId } from '#kernel';
import { type Finding, type LogStorage, type NoteVerifier, type Verification, verifyLog } from '#tamper-log';

import { checkStream, logChecked, logDisagreed, logMetadata } from './log-events.js';
import { storePages } from './store-pages.js';

export interface LogCheckOptions {
  readonly store: Pick<EventStore, 'readAll' | 'readStream' | 'append'>;
  readonly storage: LogStorage;
  readonly verifier: NoteVerifier;
  readonly clock: Clock;
}

/** The hour of the day, UTC, at which the log is checked. */
const hourOfCheck = 3;
/** Events of the checks' stream that are looked through for the last check. */
const maximumLooked = 500;

/** Compares store and log, and puts on record that it was done and every disagreement: that is the alarm. */
export async function checkLog({ store, storage, verifier, clock }: LogCheckOptions): Promise<Verification> {
  const startedAt = clock();
  const verification = await verifyLog({ events: storePages(store), storage, verifier });
  const { size, checkpoints, root, findings, furtherFindings } = verification;
  const data = {
    size,
    checkpoints,
    root,
    findings: findings.length + furtherFindings,
    startedAt: startedAt.toISOString(),
  };
  const name = ['check', verifier.name, startedAt.toISOString()];
  const done: NewEvent = {
    id: derivedId('audit-log', ...name),
    type: logChecked.type,
    data,
    metadata: logMetadata(clock(), ...name),
  };
  // One by one: the store knows a repeated event again, and refuses an append that is a repeat in part.
  for (const finding of findings) await store.append(checkStream, [disagreement(finding, startedAt)], 'any');
  await store.append(checkStream, [done], 'any');
  return verification;
}

/** When the log was last checked; undefined where it was not. */
export async function lastChecked(store: Pick<EventStore, 'readStream'>): Promise<Date | undefined> {
  for await (const event of store.readStream(checkStream, { direction: 'backwards', maxCount: maximumLooked }))
    if (event.type === logChecked.type) return event.recordedAt;
  return undefined;
}

/** Every night, or as soon as the platform runs again after a night that it did not. */
export function isCheckDue(last: Date | undefined, now: Date): boolean {
  const night = new Date(now);
  night.setUTCHours(hourOfCheck, 0, 0, 0);
  if (night > now) night.setUTCDate(night.getUTCDate() - 1);
  return last === undefined || last < night;
}

/** One a day for each: an alarm that nobody has seen to is raised again, and not every minute. */
function disagreement(finding: Finding, now: Date): NewEvent {
  const { kind, leaf, stream, revision, eventId, detail } = finding;
  const name = ['finding', kind, leaf.toString(), eventId ?? '', now.toISOString().slice(0, 10)];
  return {
    id: derivedId('audit-log', ...name),
    type: logDisagreed.type,
    data: { kind, leaf, stream, revision, eventId, detail: detail.slice(0, 2_000) },
    metadata: logMetadata(now, ...name),
  };
}
