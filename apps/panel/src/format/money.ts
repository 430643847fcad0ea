import type { Money } from '#kernel';

const formatters = new Map<string, Intl.NumberFormat>();

/** Formatters are costly to make; there is one a locale and currency. */
function formatterFor(currency: string, locale: string | undefined): Intl.NumberFormat {
  const name = `${locale ?? ''} ${currency}`;
  const known = formatters.get(name);
  if (known) return known;
  const made = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
  formatters.set(name, made);
  return made;
}

/** The amount as a decimal text, exactly: the minor units' digits with a point among them. */
export function decimalText(minorUnits: number, digits: number): `${number}` {
  const sign = minorUnits < 0 ? '-' : '';
  const text = Math.abs(minorUnits)
    .toString()
    .padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  const fraction = digits === 0 ? '' : `.${text.slice(-digits)}`;
  return `${sign}${whole}${fraction}` as `${number}`;
}

/** An amount for people, such as `€1,234.50`. No float is computed: `Intl` formats the decimal text. */
export function formatMoney({ value, currency }: Money, locale?: string): string {
  const formatter = formatterFor(currency, locale);
  return formatter.format(decimalText(value, formatter.resolvedOptions().maximumFractionDigits ?? 2));
}

/** A count with the reader's separators. */
export const formatCount = (count: number, locale?: string): string => new Intl.NumberFormat(locale).format(count);
