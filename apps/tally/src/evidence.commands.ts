import { readFileSync, writeFileSync } from 'node:fs';

import { ArchiveInvalid, type PackVerification, subjectKinds, verifyPack } from '#evidence';
import { noteVerifier, openCheckpoint } from '#tamper-log';

import { type CommandLine, type Output, textOption, type TallyCommand } from './command.js';
import { type ExitCode, exitCodes, Stopped, usage } from './exit-codes.js';
import { Platform, platformOptions } from './platform.js';

export const evidenceExport: TallyCommand = {
  name: 'evidence export',
  arguments: `${subjectKinds.join('|')} ID [--from DATE] [--to DATE] [--out FILE] [--url URL]`,
  summary: 'Fetches an evidence pack, checks it, and writes it to a file',
  options: { ...platformOptions, from: { type: 'string' }, to: { type: 'string' }, out: { type: 'string' } },
  run: async (line, output) => {
    const [kind, id] = line.positionals;
    if (kind === undefined || id === undefined || !subjectKinds.some((known) => known === kind))
      throw usage(`Say what the evidence is about: ${subjectKinds.join(', ')}, and its id.`);
    const [from, to] = [textOption(line, 'from'), textOption(line, 'to')];
    const platform = await Platform.signIn(line);
    output.progress('the platform collects and proves events');
    const response = await platform.post('/api/v1/audit/evidence', { kind, id, from, to });
    const archive = Buffer.from(await response.arrayBuffer());
    const file = textOption(line, 'out') ?? `evidence-${kind}-${id}.zip`;
    writeFileSync(file, archive);
    output.line(`Written to ${file} (${archive.length} bytes).`);
    return report(verifyPack(archive), output, { file });
  },
};

export const evidenceVerify: TallyCommand = {
  name: 'evidence verify',
  arguments: 'FILE [--key KEY] [--checkpoint FILE]',
  summary: 'Checks an evidence pack, with neither network nor platform',
  options: { key: { type: 'string' }, checkpoint: { type: 'string' } },
  run: (line, output) => Promise.resolve(verifyFile(line, output)),
};

function verifyFile(line: CommandLine, output: Output): ExitCode {
  const [file] = line.positionals;
  if (file === undefined) throw usage('Name the file of the pack.');
  const verifierKey = textOption(line, 'key')?.trim();
  const kept = textOption(line, 'checkpoint');
  if (kept !== undefined && verifierKey === undefined)
    throw usage('A kept checkpoint needs the --key it is signed with.');
  const head =
    kept === undefined || verifierKey === undefined
      ? undefined
      : openCheckpoint(readFileSync(kept, 'utf8'), noteVerifier(verifierKey));
  try {
    return report(verifyPack(readFileSync(file), { verifierKey, kept: head }), output, {});
  } catch (error) {
    if (error instanceof ArchiveInvalid) throw new Stopped(error.message, exitCodes.disagreement);
    throw error;
  }
}

function report(pack: PackVerification, { line, json }: Output, more: object): ExitCode {
  const { holds, manifest, checkpoint, verifierKey, keyIsTrusted, events, problems } = pack;
  const tree = checkpoint && { size: checkpoint.size, root: checkpoint.root.toString('base64') };
  json({ holds, ...more, events, checkpoint: tree, key: verifierKey, keyIsTrusted, manifest, problems });
  if (manifest) line(`About ${manifest.subject.kind} ${manifest.subject.id}, made ${manifest.createdAt}.`);
  for (const problem of problems) line(`WRONG: ${problem}`);
  line(
    holds && tree ? `It holds: ${events} events are in the signed tree of ${tree.size} leaves.` : 'It does NOT hold.',
  );
  line(`key  ${verifierKey}${keyIsTrusted ? '' : '   (from the pack itself: compare it with the one you were given)'}`);
  return holds ? exitCodes.good : exitCodes.disagreement;
}
