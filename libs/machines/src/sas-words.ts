import { exceptionDefinitions, meterDefinitions, nameOfException, transferStatuses } from '#sas';

/** Exceptions that somebody has to look at. Doors, power and handpays have alarms of their own. */
const alarming: ReadonlySet<number> = new Set([
  ...[0x1b, 0x1d, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x27, 0x28, 0x29, 0x2c, 0x2d, 0x2e, 0x2f],
  ...[0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3a, 0x3b, 0x3c],
  ...[0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x60, 0x61, 0x70, 0x74, 0x75, 0x77, 0x78, 0x79],
  ...[0x80, 0x81, 0x86, 0x8e, 0x98, 0x99, 0x9a, 0x9b],
]);

const eventsLost = 0x70;

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

/** The alarm of an exception; undefined for one that nobody has to look at. */
export function alarmOfException(code: number): { readonly kind: string; readonly message: string } | undefined {
  if (!alarming.has(code)) return undefined;
  if (code === eventsLost)
    return { kind: 'events-lost', message: 'The machine had more to tell than it could keep: events are lost.' };
  return { kind: 'exception', message: sentence(nameOfException(code)) };
}

/** What an exception says, for people; null for a code that is in no table. */
export const meaningOfException = (code: number): string | null => exceptionDefinitions.get(code)?.name ?? null;

const statusWords: ReadonlyMap<string, string> = new Map(Object.entries(transferStatuses));

/** What a machine's final status of a transfer says; null for none, or one that is in no table. */
export const meaningOfTransferStatus = (status: number | null): string | null => statusWords.get(`${status}`) ?? null;

export interface DescribedMeter {
  /** Two hexadecimal digits. */
  readonly code: string;
  /** Empty for a code that is in no table. */
  readonly name: string;
  readonly unit: 'credits' | 'cents' | 'count' | 'hundredths-of-a-percent' | null;
  readonly reading: number;
}

/** Readings by code with what they count, in the order of their codes. */
export const describedMeters = (meters: Readonly<Record<string, number>>): DescribedMeter[] =>
  Object.entries(meters)
    .map(([code, reading]) => {
      const known = meterDefinitions.get(Number.parseInt(code, 16));
      return { code, name: known?.name ?? '', unit: known?.unit ?? null, reading };
    })
    .sort((a, b) => (a.code < b.code ? -1 : 1));
