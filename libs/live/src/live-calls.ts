import type { CallRecorder, problemOf, SeenCall } from '#http';
import { type Caller, callerActor, type Clock } from '#kernel';

/** A message that was answered, before its answer goes out. */
export interface AnsweredMessage<Answer extends object> {
  readonly caller: Caller | undefined;
  readonly source: string;
  /** `subscribe`, `unsubscribe` or `command`. */
  readonly name: string;
  readonly request: unknown;
  readonly answer: Answer;
  readonly correlationId: string;
  /** Of the command that it became; null where it became none. */
  readonly commandId: string | null;
  /** When the message came, on the monotonic clock. */
  readonly began: number;
}

const served = 200;
const plainValue = /^[\w:.-]{1,128}$/;
const recordedMembers = ['topic', 'hallId', 'machineId', 'after', 'name'] as const;
const recordedTargets = ['playerId', 'machineId'] as const;

/** Puts what happens on sockets on record, as REST's calls are. */
export class LiveCalls {
  constructor(
    private readonly recorder: CallRecorder | undefined,
    private readonly clock: Clock,
  ) {}

  connected(source: string, caller: Caller): void {
    void this.recorder?.record(this.call({ source, caller, route: 'LIVE connect' }))?.catch(() => undefined);
  }

  async refusedConnection(source: string, problem: ReturnType<typeof problemOf>): Promise<void> {
    const { status, code, correlationId } = problem;
    await this.recorder?.record(this.call({ source, route: 'LIVE connect', status, code, correlationId }));
  }

  /** @returns the answer, once the call is on record. @throws {CallUnrecorded} it could not be */
  async answered<Answer extends object>(message: AnsweredMessage<Answer>): Promise<Answer> {
    const { name, request, answer, began, ...call } = message;
    const parameters = parametersOf(request);
    const problem = 'problem' in answer ? (answer.problem as ReturnType<typeof problemOf>) : undefined;
    const position = 'position' in answer && name === 'command' ? answer.position : undefined;
    await this.recorder?.record(
      this.call({
        ...call,
        route: name === 'command' ? `LIVE ${parameters['name'] ?? '?'}` : `LIVE ${name}`,
        parameters,
        changes: name === 'command',
        durationMs: Math.round((performance.now() - began) * 10) / 10,
        ...(problem ? { status: problem.status, code: problem.code } : {}),
        ...(typeof position === 'string' ? { position } : {}),
      }),
    );
    return answer;
  }

  private call({
    caller,
    source,
    ...known
  }: Partial<SeenCall> & { caller?: Caller | undefined; source: string }): SeenCall {
    const durationMs = known.durationMs ?? 0;
    return {
      channel: 'socket',
      actor: caller && callerActor(caller),
      hallIds: caller?.hallIds,
      address: source,
      method: 'LIVE',
      changes: false,
      route: null,
      parameters: {},
      status: served,
      code: null,
      arrivedAt: this.clock().getTime() - Math.round(durationMs),
      durationMs,
      correlationId: 'none',
      commandId: null,
      position: null,
      isEmpty: false,
      ...known,
    };
  }
}

/** What the message says of itself, and which object its command is for. */
function parametersOf(request: unknown): Record<string, string> {
  const data = typeof request === 'object' && request !== null ? (Reflect.get(request, 'data') as unknown) : undefined;
  return { ...plainMembers(data, recordedTargets), ...plainMembers(request, recordedMembers) };
}

function plainMembers(object: unknown, names: readonly string[]): Record<string, string> {
  if (typeof object !== 'object' || object === null) return {};
  const given = names.map((name) => [name, Reflect.get(object, name) as unknown] as const);
  return Object.fromEntries(
    given.filter((pair): pair is [string, string] => typeof pair[1] === 'string' && plainValue.test(pair[1])),
  );
}
