import type { BsonValue } from '../../bson/values.js';
import { DateTime } from '../../bson/values.js';

/** The values of variables while an expression is worked out: the document first, then what `$let` and its like bind. */
export type Slots = (BsonValue | undefined)[];

/** A compiled part of an expression; undefined is a missing value. */
export type Expression = (slots: Slots) => BsonValue | undefined;

/** Compiles an operator with its operand. */
export type OperatorCompiler = (operand: BsonValue, scope: Scope, name: string) => Expression;

export type Operators = Readonly<Record<string, OperatorCompiler>>;

/** Where the document stands among the slots: as the root, and as what field paths start from. */
export const firstSlots = { root: 0, current: 1, next: 2 } as const;

interface Surroundings {
  readonly operators: ReadonlyMap<string, OperatorCompiler>;
  now?: DateTime;
}

/** The operators, and the variables with their places among the slots, that a part of an expression may use. */
export class Scope {
  private constructor(
    private readonly names: ReadonlyMap<string, number>,
    private readonly nextSlot: number,
    readonly depth: number,
    private readonly surroundings: Surroundings,
  ) {}

  static outermost(operators: ReadonlyMap<string, OperatorCompiler>, variables: Iterable<string>): Scope {
    const names = new Map<string, number>([
      ['ROOT', firstSlots.root],
      ['CURRENT', firstSlots.current],
    ]);
    let next: number = firstSlots.next;
    for (const name of variables) {
      names.set(name, next);
      next += 1;
    }
    return new Scope(names, next, 0, { operators });
  }

  operator(name: string): OperatorCompiler | undefined {
    return this.surroundings.operators.get(name);
  }

  slotOf(name: string): number | undefined {
    return this.names.get(name);
  }

  deeper(): Scope {
    return new Scope(this.names, this.nextSlot, this.depth + 1, this.surroundings);
  }

  /** A scope with more variables, and the slots that they got. */
  with(variables: readonly string[]): { readonly scope: Scope; readonly slots: readonly number[] } {
    const names = new Map(this.names);
    const slots = variables.map((name, index) => {
      names.set(name, this.nextSlot + index);
      return this.nextSlot + index;
    });
    return { scope: new Scope(names, this.nextSlot + variables.length, this.depth + 1, this.surroundings), slots };
  }

  /** `$$NOW`, which is one moment throughout an expression. */
  now(): DateTime {
    this.surroundings.now ??= new DateTime(BigInt(Date.now()));
    return this.surroundings.now;
  }
}
