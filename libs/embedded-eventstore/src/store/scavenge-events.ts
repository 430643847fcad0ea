/**
 * What EventStoreDB records of a scavenge: a stream `$scavenges-ID`, and links to its events in `$scavenges`, both kept
 * for 30 days. Source: TFChunkScavengerLog of EventStoreDB 23.10.
 */
import { metadataEvent, systemEvent } from './system-events.js';
import { metadataStreamOf } from './stream-metadata.js';
import type { Append } from './append-rules.js';

export type ScavengeResult = 'Success' | 'Stopped' | 'Failed';

const historyStream = '$scavenges';
const historyMaxAgeSeconds = 30 * 24 * 60 * 60;
const streamOf = (id: string): string => `${historyStream}-${id}`;

const history = Buffer.from(JSON.stringify({ $maxAge: historyMaxAgeSeconds, $acl: { $r: '$ops' } }));

const appendOf = (streamKey: string, event: Append['events'][number]): Append => ({
  streamKey,
  expected: 'any',
  events: [event],
});

const recorded = (id: string, type: string, revision: number, facts: Readonly<Record<string, unknown>>): Append[] => {
  const data = Buffer.from(JSON.stringify({ scavengeId: id, ...facts }));
  const link = Buffer.from(`${revision}@${streamOf(id)}`);
  return [
    appendOf(streamOf(id), systemEvent(streamOf(id), type, data, true)),
    appendOf(historyStream, systemEvent(historyStream, '$>', link, false)),
  ];
};

/** The appends that record that a scavenge began. */
export const scavengeStartedEvents = (id: string): Append[] => [
  ...[historyStream, streamOf(id)].map((key) => appendOf(metadataStreamOf(key), metadataEvent(key, history))),
  ...recorded(id, '$scavengeStarted', 0, {}),
];

/** The appends that record how a scavenge ended. */
export const scavengeCompletedEvents = (
  id: string,
  result: ScavengeResult,
  error: string,
  elapsedMs: number,
  spaceSaved: number,
): Append[] => recorded(id, '$scavengeCompleted', 1, { result, error, timeTaken: timeSpan(elapsedMs), spaceSaved });

/** As .NET writes a time span: `hh:mm:ss.fffffff`, with days before it where there are some. */
export const timeSpan = (milliseconds: number): string => {
  const ticks = Math.round(milliseconds * 10_000);
  const seconds = Math.floor(ticks / 10_000_000);
  const part = (value: number, digits = 2): string => String(value).padStart(digits, '0');
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60),
  ];
  const clock = `${part(hours)}:${part(minutes % 60)}:${part(seconds % 60)}`;
  return `${days > 0 ? `${days}.` : ''}${clock}.${part(ticks % 10_000_000, 7)}`;
};
