/** Denomination codes of long polls 1F, 53, B1, B2 and B3, worth in 1/10 000 of the currency's unit. */
const worthByCode: readonly (number | null)[] = [
  null,
  100,
  500,
  1000,
  2500,
  5000,
  10_000,
  50_000,
  100_000,
  200_000,
  1_000_000,
  2000,
  20_000,
  25_000,
  250_000,
  500_000,
  2_000_000,
  2_500_000,
  5_000_000,
  10_000_000,
  20_000_000,
  25_000_000,
  50_000_000,
  200,
  300,
  1500,
  4000,
  50,
  25,
  20,
  10,
  5,
];

/** What a denomination code is worth in 1/10 000 of the currency's unit (01 is 0.01, so 100); null when there is none. */
export const denominationOfCode = (code: number): number | null => worthByCode[code] ?? null;

/** The code of a denomination in 1/10 000 of the unit, or null when SAS has none for it. */
export function codeOfDenomination(denomination: number): number | null {
  const code = worthByCode.indexOf(denomination);
  return code > 0 ? code : null;
}

/** Every code with its worth, for tables and tests. */
export const denominations: readonly { readonly code: number; readonly denomination: number }[] = worthByCode.flatMap(
  (denomination, code) => (denomination === null ? [] : [{ code, denomination }]),
);
