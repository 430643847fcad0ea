import { Injectable } from '@nestjs/common';
import { CommandBus, type ICommandHandler } from '@nestjs/cqrs';

import type { Command } from '#kernel';

import type { Answer, CommandHandler, RoutedCommand } from './command.js';

/**
 * Routes commands by their type name through Nest's CommandBus, so that REST, sockets and policies reach the same
 * handler. A handler is a function in a table, not a class.
 */
@Injectable()
export class CommandRouter {
  private readonly envelopes = new Map<string, new (routed: RoutedCommand) => Routed>();

  constructor(private readonly bus: CommandBus) {}

  /** @throws {TypeError} the type has a handler already */
  register<C extends Command>(type: NoInfer<C['type']>, handle: CommandHandler<C>): void {
    if (this.envelopes.has(type)) throw new TypeError(`${type} has a handler already.`);
    const Envelope = class extends Routed {};
    Reflect.defineMetadata(commandMetadata, { id: type }, Envelope);
    this.envelopes.set(type, Envelope);
    const handler: ICommandHandler<Routed> = { execute: ({ routed }) => handle(routed as RoutedCommand<C>) };
    this.bus.bind({ isDependencyTreeStatic: () => true, instance: handler } as Parameters<CommandBus['bind']>[0], type);
  }

  /** @throws {TypeError} no handler is registered for the command's type: a bug */
  async dispatch(routed: RoutedCommand): Promise<Answer> {
    const Envelope = this.envelopes.get(routed.command.type);
    if (!Envelope) throw new TypeError(`${routed.command.type} has no handler.`);
    return this.bus.execute<Routed, Answer>(new Envelope(routed));
  }
}

/** What the bus sees: one class per command type, since it routes by class. */
class Routed {
  constructor(readonly routed: RoutedCommand) {}
}

/** The key under which @nestjs/cqrs keeps a command class's id. */
const commandMetadata = '__command__';
