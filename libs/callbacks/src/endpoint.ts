import type { DeliveryState, EndpointRecord } from './delivery-state.js';

/** One endpoint's record, in memory and durable: changes are written in the order in which they were made. */
export class Endpoint {
  private writing: Promise<void> = Promise.resolve();

  constructor(
    readonly id: string,
    private current: EndpointRecord,
    private readonly state: Pick<DeliveryState, 'saveEndpoint'>,
  ) {}

  get record(): EndpointRecord {
    return this.current;
  }

  /** Resolves when the change is durable. */
  async change(changes: Partial<EndpointRecord>): Promise<void> {
    this.current = { ...this.current, ...changes };
    const { current } = this;
    const write = (): Promise<void> => this.state.saveEndpoint(this.id, current);
    this.writing = this.writing.then(write, write);
    await this.writing;
  }
}
