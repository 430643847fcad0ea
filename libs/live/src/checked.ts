import type { z } from 'zod';

import { requestInvalid, RequestRefused, RequestValidationPipe } from '#http';

const pipe = new RequestValidationPipe();

/**
 * The value as its schema says; refused in the same words as a REST body.
 * @param under where the value stands in the message, as a JSON pointer
 * @throws {RequestRefused} 400 `request_invalid`
 */
export async function checked<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  under = '',
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw await refusalOf(schema, value, under);
}

async function refusalOf(schema: z.ZodType, value: unknown, under: string): Promise<unknown> {
  try {
    await pipe.transform(value, { type: 'body', schema });
    return requestInvalid([]);
  } catch (error) {
    if (!(error instanceof RequestRefused)) return error;
    const { errors = [] } = error.refusal;
    return requestInvalid(errors.map((each) => ({ ...each, pointer: under + each.pointer })));
  }
}
