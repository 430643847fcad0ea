import type { Money } from '#kernel';

/** Readers of data that came over the wire: they answer undefined for what is not of the expected shape. */
export const field = (data: unknown, name: string): unknown =>
  typeof data === 'object' && data !== null && name in data ? (data as Record<string, unknown>)[name] : undefined;

export const textOf = (data: unknown, name: string): string | undefined => {
  const value = field(data, name);
  return typeof value === 'string' ? value : undefined;
};

export const numberOf = (data: unknown, name: string): number | undefined => {
  const value = field(data, name);
  return typeof value === 'number' ? value : undefined;
};

export const moneyOf = (data: unknown, name: string): Money | undefined => {
  const amount = field(data, name);
  const value = numberOf(amount, 'value');
  const currency = textOf(amount, 'currency');
  return value === undefined || currency === undefined ? undefined : { value, currency };
};

/** The text if it is one of those allowed. */
export const oneOf = <const Choice extends string>(
  data: unknown,
  name: string,
  choices: readonly Choice[],
): Choice | undefined => choices.find((choice) => choice === textOf(data, name));
