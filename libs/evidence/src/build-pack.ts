import { canonicalJson } from '#canonical-json';
import { type InclusionProof, sha256, type StoredEvent } from '#tamper-log';

import { fileNames, type Manifest } from './pack.js';
import { readme } from './readme.js';
import type { ArchiveFile } from './zip.js';

/** An event with its proof. */
export type EvidencedEvent = StoredEvent & Pick<InclusionProof, 'index' | 'hashes'>;

export interface Evidence extends Omit<Manifest, 'format' | 'version' | 'files' | 'events'> {
  readonly events: readonly EvidencedEvent[];
  /** Who or what ids in the events stand for, as it was known when the pack was made. */
  readonly names: Readonly<Record<string, string | null>>;
  readonly checkpoint: string;
  readonly verifierKey: string;
}

/** The files of an evidence pack, the readme first. */
export function buildPack({ events, names, checkpoint, verifierKey, ...about }: Evidence): ArchiveFile[] {
  const files: ArchiveFile[] = [
    file(fileNames.events, events.map(eventLine).join('')),
    file(fileNames.proofs, events.map(proofLine).join('')),
    file(fileNames.names, `${JSON.stringify(names, null, 2)}\n`),
    file(fileNames.checkpoint, checkpoint),
    file(fileNames.key, `${verifierKey}\n`),
  ];
  const manifest: Manifest = {
    format: 'tallyhall-evidence',
    version: 1,
    ...about,
    events: events.length,
    files: Object.fromEntries(files.map(({ name, content }) => [name, sha256(content).toString('hex')])),
  };
  return [
    file(fileNames.readme, readme(manifest)),
    file(fileNames.manifest, `${JSON.stringify(manifest, null, 2)}\n`),
    ...files,
  ];
}

const file = (name: string, text: string): ArchiveFile => ({ name, content: Buffer.from(text, 'utf8') });

const eventLine = ({ index, stream, revision, id, type, recordedAt, data, metadata }: EvidencedEvent): string =>
  `${canonicalJson({
    index: index.toString(),
    stream,
    revision: revision.toString(),
    id,
    type,
    recordedAt: recordedAt.toISOString(),
    data,
    metadata,
  })}\n`;

const proofLine = ({ index, hashes }: EvidencedEvent): string =>
  `${JSON.stringify({ index: index.toString(), hashes: hashes.map((hash) => hash.toString('base64')) })}\n`;
