/** What a machine's meters are about, in the order in which a hall looks at them. */
export const meterGroups = ['Play', 'Credits', 'Bills', 'Tickets', 'Transfers', 'Coins', 'Other'] as const;
export type MeterGroup = (typeof meterGroups)[number];

/** First and last code of each range that belongs together; SAS scattered them. */
const ranges: readonly (readonly [first: number, last: number, group: MeterGroup])[] = [
  [0x00, 0x02, 'Play'],
  [0x03, 0x04, 'Credits'],
  [0x05, 0x07, 'Play'],
  [0x08, 0x0a, 'Coins'],
  [0x0b, 0x0c, 'Credits'],
  [0x0d, 0x16, 'Tickets'],
  [0x17, 0x18, 'Transfers'],
  [0x19, 0x1a, 'Play'],
  [0x1b, 0x1b, 'Credits'],
  [0x1c, 0x23, 'Play'],
  [0x24, 0x24, 'Credits'],
  [0x25, 0x26, 'Play'],
  [0x27, 0x27, 'Coins'],
  [0x28, 0x2d, 'Tickets'],
  [0x2e, 0x34, 'Transfers'],
  [0x35, 0x39, 'Tickets'],
  [0x3e, 0x62, 'Bills'],
  [0x63, 0x78, 'Coins'],
  [0x7f, 0x7f, 'Play'],
  [0x80, 0x93, 'Tickets'],
  [0xa0, 0xbd, 'Transfers'],
];

export function groupOfMeter(code: string): MeterGroup {
  const number = Number.parseInt(code, 16);
  return ranges.find(([first, last]) => number >= first && number <= last)?.[2] ?? 'Other';
}
