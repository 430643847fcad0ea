import { writeFileSync } from 'node:fs';

import { z } from 'zod';

import { hashLeaf, includes, noteVerifier, openCheckpoint, proofText } from '#tamper-log';

import { textOption, type TallyCommand } from './command.js';
import { exitCodes, usage } from './exit-codes.js';
import { Platform, platformOptions } from './platform.js';

const proofSchema = z.looseObject({
  index: z.string(),
  size: z.string(),
  entry: z.string(),
  hashes: z.array(z.string()),
  checkpoint: z.string(),
});

export const logProve: TallyCommand = {
  name: 'log prove',
  arguments: 'STREAM REVISION [--out FILE] [--key KEY] [--url URL]',
  summary: 'Fetches the proof that an event is in the signed log, checks it here, and prints it (C2SP tlog-proof)',
  options: { ...platformOptions, out: { type: 'string' }, key: { type: 'string' } },
  run: async (line, output) => {
    const [stream, revision] = line.positionals;
    if (stream === undefined || revision === undefined) throw usage('Name the stream and the revision of the event.');
    const platform = await Platform.signIn(line);
    const given = textOption(line, 'key');
    const verifier = noteVerifier((given ?? (await platform.text('/audit/log/key'))).trim());
    const proof = proofSchema.parse(await platform.get('/api/v1/audit/proofs/inclusion', { stream, revision }));
    const hashes = proof.hashes.map((hash) => Buffer.from(hash, 'base64'));
    const { size, root } = openCheckpoint(proof.checkpoint, verifier);
    const index = Number(proof.index);
    const holds = includes(hashLeaf(Buffer.from(proof.entry, 'utf8')), index, size, hashes, root);
    const text = proofText({ index, hashes, checkpoint: proof.checkpoint });
    const out = textOption(line, 'out');
    if (out !== undefined) writeFileSync(out, text);
    output.json({ holds, ...proof, key: verifier.verifierKey });
    output.line(out === undefined ? text : `Written to ${out}.`);
    output.line(holds ? `Leaf ${index} is in the signed tree of ${size}.` : `Leaf ${index} is NOT in the signed tree.`);
    return holds ? exitCodes.good : exitCodes.disagreement;
  },
};
