import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { fastify } from 'fastify';

/**
 * What the platform is measured against: a Fastify route that appends one event with the official client and answers,
 * without authentication, validation, idempotency, balance or subscriber. Argument: the event store's connection string.
 */
const [connectionString = ''] = process.argv.slice(2);
const client = EventStoreDBClient.connectionString(connectionString);
const server = fastify();

interface MovementRoute {
  Params: { playerId: string; kind: string };
  Body: { amount: { value: number; currency: string } };
}

server.post<MovementRoute>('/api/v1/wallets/:playerId/:kind', async ({ params, body }, reply) => {
  const event = jsonEvent({ type: params.kind, data: { playerId: params.playerId, amount: body.amount } });
  await client.appendToStream(`wallet-${params.playerId}`, event);
  return reply.code(201).send({ entryId: event.id });
});

process.once('SIGTERM', () => process.exit(0));
console.log(`listening on ${await server.listen({ port: 0, host: '127.0.0.1' })}`);
