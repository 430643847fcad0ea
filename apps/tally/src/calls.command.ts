import { z } from 'zod';

import { type CommandLine, textOption, type TallyCommand } from './command.js';
import { exitCodes, usage } from './exit-codes.js';
import { Platform, platformOptions } from './platform.js';

const pageSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      at: z.string(),
      method: z.string(),
      route: z.string().nullable(),
      status: z.int(),
      code: z.string().nullable(),
      from: z.string().nullable(),
      correlationId: z.string(),
      actor: z.looseObject({ kind: z.string(), id: z.string(), name: z.string().nullable() }).nullable(),
    }),
  ),
  next: z.string().nullable(),
});

const filters = ['actor', 'client', 'route', 'result', 'correlationId', 'from', 'to'] as const;
const pageLength = 200;
const usualLimit = 100;

export const calls: TallyCommand = {
  name: 'calls',
  arguments:
    '[--actor ID] [--client ID] [--route ROUTE] [--result served|refused|STATUS|CODE] [--correlationId ID] [--from INSTANT] [--to INSTANT] [--limit N]',
  summary: 'Recorded calls, newest first',
  options: {
    ...platformOptions,
    limit: { type: 'string' },
    ...Object.fromEntries(filters.map((name) => [name, { type: 'string' }])),
  },
  run: async (line, output) => {
    const limit = Number(textOption(line, 'limit') ?? usualLimit);
    if (!Number.isSafeInteger(limit) || limit < 1) throw usage('--limit must be a whole number above zero.');
    const platform = await Platform.signIn(line);
    const items: object[] = [];
    let cursor: string | undefined;
    do {
      const query = { ...filtersIn(line), cursor, limit: `${Math.min(pageLength, limit - items.length)}` };
      const page = pageSchema.parse(await platform.get('/api/v1/audit/calls', query));
      for (const { at, status, code, method, route, actor, from, correlationId } of page.items) {
        const who = actor ? `${actor.kind} ${actor.name ?? actor.id}` : 'nobody';
        const what = `${status}${code === null ? '' : ` ${code}`}  ${method} ${route ?? '(no route)'}`;
        output.line(`${at}  ${what}  by ${who} from ${from ?? '(erased)'}  ${correlationId}`);
      }
      items.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined && items.length < limit);
    output.json({ items, next: cursor ?? null });
    return exitCodes.good;
  },
};

const filtersIn = (line: CommandLine): Record<string, string | undefined> =>
  Object.fromEntries(filters.map((name) => [name, textOption(line, name)]));
