import { ApiQuery } from '@nestjs/swagger';
import { z } from 'zod';

import { documented, fromRequest } from './parameter.js';
import { requestInvalid } from './request-refused.js';
import { problemErrors } from './validation-issues.js';

/** Which page of a list: newest first, `cursor` is the `next` of the page before. */
export interface Page {
  readonly limit: number;
  readonly cursor?: string;
}

const defaultLimit = 50;
/** Most items a page has. */
export const maximumLimit = 500;
const maximumCursorLength = 1_000;

/** The members of a page in a query, for `z.strictObject({ ...pageMembers, hallId: … })`. */
export const pageMembers = {
  limit: z.coerce.number().pipe(z.int().min(1).max(maximumLimit)).default(defaultLimit),
  cursor: z.string().min(1).max(maximumCursorLength).optional(),
};

const pageSchema = z.object(pageMembers);

/** @throws {RequestRefused} 400 with the pointers `/limit` or `/cursor` */
export function pageOf(query: unknown): Page {
  const parsed = pageSchema.safeParse(query);
  if (!parsed.success) throw requestInvalid(problemErrors(parsed.error.issues, query));
  const { limit, cursor } = parsed.data;
  return cursor === undefined ? { limit } : { limit, cursor };
}

/** `@Page() page: Page`. */
export const Page = (): ParameterDecorator =>
  documented(
    fromRequest(({ query }) => pageOf(query)),
    ApiQuery({
      name: 'limit',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: maximumLimit, default: defaultLimit },
    }),
    ApiQuery({ name: 'cursor', required: false, schema: { type: 'string', maxLength: maximumCursorLength } }),
  );
