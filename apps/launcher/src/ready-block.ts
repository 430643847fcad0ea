import { join } from 'node:path';

import type { DemoFile } from './demo-file.js';

const table = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
};

/** What a stranger needs to begin, in one look. */
export function demoBlock(demo: DemoFile, dataDir: string, floorControl: string): string {
  const { staff, clients } = demo;
  const signIn = ({ login, password }: { login: string; password: string }): string => `${login} / ${password}`;
  const rows: [string, string][] = [
    ['Panel', `${demo.url}/`],
    ['  manager', signIn(staff.manager)],
    ['  cashier', signIn(staff.cashier)],
    ['  administrator', signIn(staff.administrator)],
    ...(staff.regulator ? [['  regulator', signIn(staff.regulator)] satisfies [string, string]] : []),
    ['API', `${demo.url}/docs`],
    ['  integrator', `${clients.integrator.clientId} / ${clients.integrator.clientSecret}`],
    ['  regulator', `${clients.regulator.clientId} / ${clients.regulator.clientSecret}`],
    ['Demo floor', floorControl],
    ['Data', `${dataDir} (credentials for scripts: ${join(dataDir, 'demo.json')})`],
    ['Stop', 'Ctrl-C'],
  ];
  return `\nTallyhall is ready.\n\n${table(rows)}\n`;
}

export const platformBlock = (url: string, dataDir: string): string =>
  `\nTallyhall is ready.\n\n${table([
    ['Panel', `${url}/`],
    ['API', `${url}/docs`],
    ['Data', dataDir],
    ['Stop', 'Ctrl-C'],
  ])}\n`;

/** Printed once: the password is kept nowhere, and has to be changed at the first sign-in. */
export const firstAdministratorBlock = ({
  login,
  oneTimePassword,
}: {
  login: string;
  oneTimePassword: string;
}): string =>
  `\nThe first administrator, shown this once:\n\n${table([
    ['login', login],
    ['one-time password', oneTimePassword],
  ])}\n`;
