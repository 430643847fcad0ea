import { parseArgs } from 'node:util';

/**
 * Whole numbers from the command line: `--seconds 10`.
 * @param defaults every option with its value where it is not given
 * @throws {TypeError} an option is unknown, or not a positive whole number
 */
export function numbersFrom<Name extends string>(defaults: Readonly<Record<Name, number>>): Record<Name, number> {
  const names = Object.keys(defaults);
  const { values } = parseArgs({
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  });
  const given = Object.entries(values).map(([name, text]) => [name, positive(name, String(text))] as const);
  return { ...defaults, ...Object.fromEntries(given) };
}

function positive(name: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new TypeError(`--${name} must be a positive whole number, not ${text}.`);
  return Number(text);
}
