import type { Permission } from '#kernel';

export interface Schema {
  readonly type?: string;
  readonly [member: string]: unknown;
}
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema?: Schema;
}
/** One operation of our own OpenAPI document. */
export interface Operation {
  readonly method: string;
  /** `/api/v1/halls/{hallId}` */
  readonly path: string;
  readonly summary: string;
  /** Undefined where no token is asked for. */
  readonly permission: Permission | undefined;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  /** Schemas by status; undefined where the status is declared without one. */
  readonly answers: ReadonlyMap<string, unknown>;
}

interface RawOperation {
  readonly summary?: string;
  readonly 'x-permission'?: Permission;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

/** Every operation that a platform declares, as its `/openapi.json` has them. */
export async function readOperations(url: string): Promise<Operation[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, RawOperation>>>>;
  };
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations)
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        summary: operation.summary ?? '',
        permission: operation['x-permission'],
        parameters: operation.parameters ?? [],
        body: operation.requestBody?.content['application/json']?.schema,
        answers: new Map(Object.entries(operation.responses).map(([status, { content }]) => [status, content])),
      })),
  );
}

export const routeOf = ({ method, path }: Pick<Operation, 'method' | 'path'>): string => `${method} ${path}`;

/** A concrete address: every parameter of the path filled in. */
export const addressOf = (path: string, values: Readonly<Record<string, string>>, otherwise: string): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? otherwise));
