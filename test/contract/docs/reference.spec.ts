import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';

import { platformRoles, platformSettings } from '#config';
import { permissions, rolePermissions, roles } from '#kernel';

import { publicEvents } from '../../../apps/platform/src/public-events.js';
import { storedEvents } from '../../../apps/platform/src/stored-events.js';

const page = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../docs/reference/${name}`, import.meta.url)), 'utf8');
/** Cells of each row of the page's tables, without the code marks. */
const rows = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('| -'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
const firstCells = (text: string): string[] => rows(text).map(([first = '']) => first);

describe('the reference pages', () => {
  it('name every setting of the platform', () => {
    const named = firstCells(page('configuration.md'));
    expect(named).toEqual(expect.arrayContaining([...Object.keys(platformSettings.shape), ...platformRoles]));
  });

  it('give the defaults that the settings have', () => {
    const defaults = new Map(rows(page('configuration.md')).map(([name = '', value = '']) => [name, value]));
    const { HOST, PORT, DATA_DIR, MONGODB_DATABASE, LOG_LEVEL } = platformSettings.parse({});
    for (const [name, value] of Object.entries({ HOST, PORT, DATA_DIR, MONGODB_DATABASE, LOG_LEVEL })) {
      expect([name, defaults.get(name)]).toEqual([name, value.toString()]);
    }
  });

  it('say what each role may do', () => {
    const [header = [], ...table] = rows(page('roles.md')).filter(({ length }) => length === roles.length + 1);
    expect(header).toEqual(['permission', ...roles]);
    const declared = permissions.map((permission) => [
      permission,
      ...roles.map((role) => (rolePermissions[role].includes(permission) ? 'yes' : '')),
    ]);
    expect(table).toEqual(declared);
  });

  it('name every stored event, and none that is not stored', () => {
    const named = firstCells(page('events.md')).filter((cell) => /\.v\d+$/.test(cell));
    expect([...named].sort()).toEqual([...storedEvents.types].sort());
  });

  it('name every public event with its version, topics and sources', () => {
    const sections = page('public-events.md').split(/^## /m);
    for (const { type, version, topics, from } of publicEvents.rows) {
      const section = sections.find((text) => text.split('\n')[0]?.includes(`\`${type}\``)) ?? `no section for ${type}`;
      expect(section).toContain(`(version ${version})`);
      expect(section).toContain(from);
      for (const topic of topics) expect(section).toContain(`\`${topic}\``);
    }
  });

  it('list no public event that is not in the catalogue', () => {
    const titles = [...page('public-events.md').matchAll(/^## (.*) \(version/gm)].map(([, title = '']) => title);
    const named = titles.flatMap((title) => [...title.matchAll(/`([^`]+)`/g)].map(([, type]) => type));
    expect([...named].sort()).toEqual([...new Set(publicEvents.rows.map(({ type }) => type))].sort());
  });
});
