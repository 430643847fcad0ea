import type { Source } from '../query/source.js';

/** Each item turned into any number of others. */
export class Expanded<A, B> implements Source<B> {
  private ahead: B[] = [];

  constructor(
    private readonly source: Source<A>,
    private readonly expand: (item: A) => B[] | Promise<B[]>,
  ) {}

  get done(): boolean {
    return this.ahead.length === 0 && this.source.done;
  }

  async read(wanted: number): Promise<B[]> {
    while (this.ahead.length === 0 && !this.source.done) {
      const items = await this.source.read(wanted);
      for (const item of items) {
        for (const one of await this.expand(item)) this.ahead.push(one);
      }
    }
    return this.ahead.splice(0, wanted);
  }
}
