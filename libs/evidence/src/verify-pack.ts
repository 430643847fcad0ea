import type { z } from 'zod';

import type { EventMetadata } from '#kernel';
import {
  type Checkpoint,
  entryText,
  hashLeaf,
  includes,
  NoteInvalid,
  noteVerifier,
  openCheckpoint,
  sha256,
  type TreeHead,
} from '#tamper-log';

import { fileNames, type Manifest, manifestSchema, packedEventSchema, packedProofSchema } from './pack.js';
import { unzip } from './unzip.js';

/** What became of checking a pack. It holds when nothing was found. */
export interface PackVerification {
  readonly holds: boolean;
  readonly manifest: Manifest | undefined;
  readonly checkpoint: Checkpoint | undefined;
  /** The key that the pack was checked with. */
  readonly verifierKey: string;
  /** Whether that key came from elsewhere than from the pack. */
  readonly keyIsTrusted: boolean;
  readonly events: number;
  readonly problems: readonly string[];
}

export interface PackTrust {
  /** The log's verifier key, from elsewhere. */
  readonly verifierKey?: string | undefined;
  /** A tree head that somebody kept: the pack's own must be it, where it has the same size. */
  readonly kept?: TreeHead | undefined;
}

const maximumProblems = 100;

/** Checks an evidence pack with nothing but itself. @throws {ArchiveInvalid} it is no archive */
export function verifyPack(archive: Buffer, trust: PackTrust = {}): PackVerification {
  const files = unzip(archive);
  const problems: string[] = [];
  const problem = (text: string): void => void (problems.length < maximumProblems && problems.push(text));
  const manifest = readManifest(files, problem);
  const verifierKey = trust.verifierKey ?? textOf(files, fileNames.key).trim();
  if (trust.verifierKey !== undefined && textOf(files, fileNames.key).trim() !== trust.verifierKey)
    problem(`${fileNames.key} is not the key that is trusted`);
  const checkpoint = readCheckpoint(files, verifierKey, problem);
  if (checkpoint && trust.kept?.size === checkpoint.size && !trust.kept.root.equals(checkpoint.root))
    problem(`the log's ${checkpoint.size} leaves make another root than in the checkpoint that was kept`);
  const events = checkEvents(files, checkpoint, problem);
  if (manifest) checkClaims(manifest, events, problem);
  return {
    holds: problems.length === 0,
    manifest,
    checkpoint,
    verifierKey,
    keyIsTrusted: trust.verifierKey !== undefined,
    events: events.length,
    problems,
  };
}

type Files = ReadonlyMap<string, Buffer>;
type Report = (problem: string) => void;
type PackedEvent = z.output<typeof packedEventSchema>;

const textOf = (files: Files, name: string): string => files.get(name)?.toString('utf8') ?? '';

function readManifest(files: Files, problem: Report): Manifest | undefined {
  const parsed = manifestSchema.safeParse(json(textOf(files, fileNames.manifest)));
  if (!parsed.success) {
    problem(`${fileNames.manifest} is missing or does not have the form`);
    return undefined;
  }
  for (const [name, hash] of Object.entries(parsed.data.files)) {
    const content = files.get(name);
    if (!content) problem(`${name} is missing`);
    else if (sha256(content).toString('hex') !== hash) problem(`${name} is not the file that the manifest names`);
  }
  return parsed.data;
}

function readCheckpoint(files: Files, verifierKey: string, problem: Report): Checkpoint | undefined {
  try {
    return openCheckpoint(textOf(files, fileNames.checkpoint), noteVerifier(verifierKey));
  } catch (error) {
    if (!(error instanceof NoteInvalid)) throw error;
    problem(`${fileNames.checkpoint}: ${error.message}`);
    return undefined;
  }
}

/** Every event by its proof. @returns those that could be read */
function checkEvents(files: Files, checkpoint: Checkpoint | undefined, problem: Report): PackedEvent[] {
  const proofs = linesOf(files, fileNames.proofs);
  const events: PackedEvent[] = [];
  for (const [at, line] of linesOf(files, fileNames.events).entries()) {
    const event = packedEventSchema.safeParse(json(line));
    const proof = packedProofSchema.safeParse(json(proofs[at] ?? ''));
    if (!event.success || !proof.success || event.data.index !== proof.data.index) {
      problem(`line ${at + 1} of ${event.success ? fileNames.proofs : fileNames.events} does not have the form`);
      continue;
    }
    events.push(event.data);
    const hashes = proof.data.hashes.map((hash) => Buffer.from(hash, 'base64'));
    if (checkpoint && !isProven(event.data, hashes, checkpoint)) problem(unproven(event.data));
  }
  if (proofs.length > events.length) problem(`${fileNames.proofs} has more lines than ${fileNames.events}`);
  return events;
}

function isProven(event: PackedEvent, hashes: readonly Buffer[], { size, root }: Checkpoint): boolean {
  const index = Number(event.index);
  const entry = entryText(index, {
    ...event,
    revision: BigInt(event.revision),
    recordedAt: new Date(event.recordedAt),
    metadata: event.metadata as EventMetadata,
  });
  return includes(hashLeaf(Buffer.from(entry, 'utf8')), index, size, hashes, root);
}

const unproven = ({ index, revision, stream }: PackedEvent): string =>
  `leaf ${index} (event ${revision} of ${stream}) is not what was logged`;

/** What the manifest says of the events. */
function checkClaims(manifest: Manifest, events: readonly PackedEvent[], problem: Report): void {
  if (manifest.events !== events.length)
    problem(`the manifest counts ${manifest.events} events, and there are ${events.length}`);
  for (const { stream, first, last } of manifest.completeStreams) {
    let expected = BigInt(first);
    for (const event of events) {
      if (event.stream !== stream) continue;
      if (BigInt(event.revision) !== expected) break;
      expected += 1n;
    }
    if (expected !== BigInt(last) + 1n)
      problem(`event ${expected} of ${stream} is missing, and the stream is said to be complete`);
  }
}

const linesOf = (files: Files, name: string): string[] =>
  textOf(files, name)
    .split('\n')
    .filter((line) => line !== '');

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
