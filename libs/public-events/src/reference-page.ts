import { z } from 'zod';

import type { PublicEventType } from '#kernel';

import type { PublicCatalogue } from './public-catalogue.js';

/** The catalogue as the Markdown page that integrators read: one section a public event type. */
export const referencePage = ({ rows }: PublicCatalogue): string =>
  `# Public events

What the live sockets and the callbacks carry. This page is made from the catalogue in the code.

${[...rows]
  .sort((a, b) => (a.type < b.type ? -1 : 1))
  .map(section)
  .join('\n')}`;

const section = (row: PublicEventType): string =>
  `## \`${row.type}\` (version ${row.version})

${row.description}

Topics: ${row.topics.length === 0 ? 'none' : row.topics.map((topic) => `\`${topic}\``).join(', ')}. Made from \`${row.from}\`.

\`\`\`json
${JSON.stringify(dataSchema(row.schema), undefined, 2)}
\`\`\`
`;

function dataSchema(schema: z.ZodType): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
  return rest;
}
