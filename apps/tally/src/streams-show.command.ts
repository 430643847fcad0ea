import { z } from 'zod';

import type { TallyCommand } from './command.js';
import { textOption } from './command.js';
import { exitCodes, usage } from './exit-codes.js';
import { Platform, platformOptions } from './platform.js';

const pageSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      revision: z.string(),
      type: z.string(),
      occurredAt: z.string(),
      actor: z.looseObject({ kind: z.string(), id: z.string(), name: z.string().nullable() }),
      reason: z.string().nullable(),
      data: z.unknown(),
    }),
  ),
  next: z.string().nullable(),
});

/** Events of one page, and the most that are shown unless asked otherwise. */
const pageLength = 500;
const usualLimit = 10_000;

export const streamsShow: TallyCommand = {
  name: 'streams show',
  arguments: 'STREAM [--from REVISION] [--limit N] [--url URL]',
  summary: 'One stream of the history, oldest first',
  options: { ...platformOptions, from: { type: 'string' }, limit: { type: 'string' } },
  run: async (line, output) => {
    const [stream] = line.positionals;
    if (stream === undefined) throw usage('Name the stream.');
    const limit = Number(textOption(line, 'limit') ?? usualLimit);
    if (!Number.isSafeInteger(limit) || limit < 1) throw usage('--limit must be a whole number above zero.');
    const platform = await Platform.signIn(line);
    const items: object[] = [];
    let from = textOption(line, 'from');
    do {
      const query = { from, limit: `${Math.min(pageLength, limit - items.length)}` };
      const page = pageSchema.parse(await platform.get(`/api/v1/audit/streams/${encodeURIComponent(stream)}`, query));
      for (const { revision, occurredAt, type, actor, reason, data } of page.items) {
        const who = `${actor.kind} ${actor.name ?? actor.id}`;
        output.line(
          `${revision.padStart(6)}  ${occurredAt}  ${type}  by ${who}${reason === null ? '' : `: ${reason}`}`,
        );
        output.line(`        ${JSON.stringify(data)}`);
      }
      items.push(...page.items);
      from = page.next ?? undefined;
    } while (from !== undefined && items.length < limit);
    output.json({ stream, items, next: from ?? null });
    return exitCodes.good;
  },
};
