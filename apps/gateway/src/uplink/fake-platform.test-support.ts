import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { factBatchSchema, type BatchAnswer, type Fact, type MachineCommand } from '#gateway-protocol';

type Refusal = NonNullable<BatchAnswer['machines'][number]['refused']>['code'];

const lastSequence = ({ sequence, body }: Fact): number => (body.kind === 'facts-lost' ? body.to : sequence);

/** The platform's side of the contract, in memory: what a gateway is told, and what was accepted. */
export class FakePlatform {
  /** Accepted facts in order, by machine. */
  readonly facts = new Map<string, Fact[]>();
  readonly refusing = new Map<string, Refusal>();
  readonly commands: MachineCommand[] = [];
  /** Machines whose facts make the whole batch unacceptable (400). */
  readonly poison = new Set<string>();
  /** Every connection is cut. */
  away = false;
  /** Facts are accepted and the answer is lost, so many times. */
  losesAnswers = 0;
  tokens = 0;
  batches = 0;
  private readonly next = new Map<string, number>();
  private validToken = '';

  private constructor(private readonly server: Server) {
    server.on('request', (request, response) => {
      if (this.away) request.socket.destroy();
      else void this.answer(request, response);
    });
  }

  static async start(): Promise<FakePlatform> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FakePlatform(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  of(machineId: string): Fact[] {
    return this.facts.get(machineId) ?? [];
  }

  sequences = (machineId: string): number[] => this.of(machineId).map(({ sequence }) => sequence);

  /** As after a restore: the platform wants facts again that it had. */
  forget(machineId: string, next: number): void {
    this.next.set(machineId, next);
    this.facts.set(
      machineId,
      this.of(machineId).filter(({ sequence }) => sequence < next),
    );
  }

  expireToken(): void {
    this.validToken = 'none';
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const body = await text(request);
    const reply = (status: number, content: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(content));
    };
    if (pathname === '/auth/token') {
      this.tokens += 1;
      this.validToken = `token-${this.tokens}`;
      return reply(200, { access_token: this.validToken, token_type: 'Bearer', expires_in: 3600 });
    }
    if (request.headers.authorization !== `Bearer ${this.validToken}`) return reply(401, { code: 'token_invalid' });
    if (pathname === '/internal/v1/gateways/gateway-1/commands') {
      const after = Number(searchParams.get('after') ?? 0);
      return reply(200, { items: this.commands.slice(after), next: String(this.commands.length) });
    }
    if (pathname !== '/internal/v1/gateways/gateway-1/facts') return reply(404, { code: 'not_found' });
    this.batches += 1;
    const { machines } = factBatchSchema.parse(JSON.parse(body));
    if (machines.some(({ machineId, facts }) => facts.length > 0 && this.poison.has(machineId))) return reply(400, {});
    const answers = machines.map(({ machineId, facts }) => this.take(machineId, facts));
    if (this.losesAnswers > 0) {
      this.losesAnswers -= 1;
      request.socket.destroy();
      return;
    }
    reply(200, { machines: answers });
  }

  private take(machineId: string, facts: readonly Fact[]): BatchAnswer['machines'][number] {
    const code = this.refusing.get(machineId);
    let next = this.next.get(machineId) ?? 1;
    if (code) return { machineId, next, refused: { code, message: code } };
    const [first] = facts;
    if (first && first.sequence > next) {
      return { machineId, next, refused: { code: 'sequence_gap', message: `wants ${next}` } };
    }
    const accepted = this.of(machineId);
    for (const fact of facts) {
      if (fact.sequence < next) continue;
      accepted.push(fact);
      next = lastSequence(fact) + 1;
    }
    this.facts.set(machineId, accepted);
    this.next.set(machineId, next);
    return { machineId, next };
  }
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
