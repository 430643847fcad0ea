/** What a document's field can be compared with. */
export type Scalar = string | number | bigint | boolean | null;

/** Comparisons of one field; all of them must hold. */
export interface Comparison {
  readonly $in?: readonly Scalar[];
  readonly $ne?: Scalar;
  readonly $gt?: Scalar;
  readonly $gte?: Scalar;
  readonly $lt?: Scalar;
  readonly $lte?: Scalar;
}

/** Conditions by field (`totals.games` reaches into an object); all of them must hold. `id` is the document's id. */
export type Filter = Readonly<Record<string, Scalar | Comparison>>;
