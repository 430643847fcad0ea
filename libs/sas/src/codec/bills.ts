/**
 * Bills by their code (long poll 48, real-time event 4F), in whole units of the currency. The order is that of the
 * acceptor's mask and of meters 40 to 57; sources do not prove it, so a machine profile may bring its own.
 */
export const billUnitsByCode: readonly number[] = [
  1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10_000, 20_000, 25_000, 50_000, 100_000, 200_000,
  250_000, 500_000, 1_000_000,
];

/** Worth of a bill in whole units of the currency, or null when the code is unknown. */
export const billUnits = (billCode: number): number | null => billUnitsByCode[billCode] ?? null;

/** The meter that counts bills of this code: 40 for code 00 up to 57 for code 17. */
export const billMeterCode = (billCode: number): number => 0x40 + billCode;
