import { rolePermissions, roles } from '#kernel';

import { type Operation, routeOf } from './open-api.js';

interface LiveRoute {
  readonly route: string;
  readonly permissions: readonly string[];
}

/** The text of docs/reference/permissions.md, before it is formatted. */
export function permissionsPage(operations: readonly Operation[], live: readonly LiveRoute[]): string {
  const rows = operations
    .map((operation) => ({ route: routeOf(operation), permission: operation.permission, summary: operation.summary }))
    .sort((one, other) => (sortKey(one.route) < sortKey(other.route) ? -1 : 1));
  const rest = rows.map(({ route, permission, summary }) => [
    `\`${route}\``,
    permission === undefined ? 'open' : `\`${permission}\``,
    permission === undefined ? 'anyone' : rolesWith([permission]),
    summary,
  ]);
  const sockets = live.map(({ route, permissions }) => [
    `\`${route}\``,
    permissions.length === 0 ? 'a token' : permissions.map((each) => `\`${each}\``).join(', '),
    permissions.length === 0 ? 'everyone who has a role' : rolesWith(permissions),
  ]);
  return [
    '# Permissions',
    '',
    'Made from the running platform; a test fails where this page and the platform differ. To make it again:',
    '`UPDATE_DOCS=1 npm test -- test/contract/access`.',
    '',
    'The first column is the name by which a client is limited to single routes. What each role may do is in [roles](roles.md).',
    '',
    '## REST',
    '',
    ...table(['route', 'permission', 'roles', 'what'], rest),
    '',
    'The pages of the panel, `/docs` and `/openapi.json` are open as well: they are the program, not its data.',
    '',
    '## Sockets',
    '',
    ...table(['route', 'permission', 'roles'], sockets),
    '',
  ].join('\n');
}

const sortKey = (route: string): string => {
  const [method = '', path = ''] = route.split(' ');
  return `${path} ${method}`;
};

const rolesWith = (permissions: readonly string[]): string =>
  roles.filter((role) => permissions.every((each) => rolePermissions[role].some((has) => has === each))).join(', ');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
