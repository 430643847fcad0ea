import type { Manifest } from './pack.js';

/** What the pack says of itself, to whoever opens it without having heard of it. */
export function readme({ createdAt, createdBy, origin, subject, period, events }: Manifest): string {
  const name = subject.name === null ? '' : ` (${subject.name})`;
  const days = `${period.from ?? 'the beginning'} to ${period.to ?? 'the time of making'}`;
  return `EVIDENCE FROM A TALLYHALL HISTORY

About      ${subject.kind} ${subject.id}${name}
Period     ${days}
Events     ${events}
Log        ${origin}
Made       ${createdAt}, for ${createdBy.kind} ${createdBy.id}

WHAT IS IN IT

events.jsonl    the events as they are stored, one a line, with their place in the log
proofs.jsonl    for each event, the hashes that lead from it to the root in the checkpoint
checkpoint.txt  the root of the whole log, signed
key.txt         the key that the checkpoint is signed with
names.json      who or what the ids stand for, as the platform knew it when this was made
manifest.json   what this pack is about, and a hash of each file

HOW TO CHECK IT

With Tallyhall's own tool, which needs neither a network nor the platform:

    npx tally evidence verify FILE.zip

Without it: an event's entry is the JSON of created (milliseconds), data (SHA-256 of its canonical JSON, RFC 8785, in
hexadecimal), format (1), id, index, metadata (as data), revision, stream and type, itself in canonical form. Its leaf is
SHA-256(0x00, entry). With the hashes of proofs.jsonl the leaf leads to the root (RFC 6962, section 2.1.1) that
checkpoint.txt names. That is a signed note (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), which any tool for such
logs verifies with key.txt.

WHAT IT PROVES, AND WHAT NOT

Whoever holds the key signed a history that contains these events, as they are here, at these places and times. Compare
the key with one that you were given some other way, and the checkpoint with one that you kept earlier: the log must be
consistent with it. Streams that the manifest calls complete have no gap between their first and last event here.
Names and the manifest are statements of the platform. They are not in the log, and nothing proves them.
`;
}
