import type { OpenAPIObject } from '@nestjs/swagger';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The problem document, once for all operations. */
const problemSchema = {
  type: 'object' as const,
  required: ['type', 'title', 'status', 'code', 'detail', 'correlationId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    code: { type: 'string', description: 'Stable; decide by this.' },
    detail: { type: 'string', description: 'For people; may change.' },
    correlationId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'detail'],
        properties: { pointer: { type: 'string' }, code: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
};

const problemResponse = {
  description: 'A problem: what is wrong, by a stable code.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** Every refusal that any operation may answer; anything else would be a fault of ours. 405 belongs to addresses, not operations. */
const problemStatuses = [400, 401, 403, 404, 408, 409, 412, 413, 414, 415, 422, 429, 431, 503];

/** Adds what all operations share: the problem answers, and a token unless the operation is open. */
export function completeDocument(document: OpenAPIObject): OpenAPIObject {
  const { components, paths } = document;
  document.components = { ...components, schemas: { ...components?.schemas, Problem: problemSchema } };
  for (const path of Object.values(paths)) {
    for (const method of methods) {
      const operation = path[method];
      if (operation) completeOperation(operation);
    }
  }
  return document;
}

function completeOperation(operation: Operation): void {
  const problems = Object.fromEntries(problemStatuses.map((status) => [status.toString(), problemResponse]));
  operation.responses = { ...problems, ...operation.responses };
  operation.security ??= [{ bearer: [] }];
  if (operation.parameters) operation.parameters = withoutRepeats(operation.parameters);
}

/** A parameter that a schema and a decorator both name is one parameter; the first stays. */
function withoutRepeats(parameters: NonNullable<Operation['parameters']>): NonNullable<Operation['parameters']> {
  const seen = new Set<string>();
  return parameters.filter((parameter) => {
    const key = 'name' in parameter ? `${parameter.in} ${parameter.name.toLowerCase()}` : parameter.$ref;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
