import { z } from 'zod';

/** Longest that `GET /internal/v1/gateways/{gatewayId}/commands` waits for a command. */
export const maximumCommandWaitSeconds = 25;

const common = {
  id: z.uuid(),
  machineId: z.string(),
  /** Not sent to the machine after this instant; then it is settled as expired. */
  deadline: z.iso.datetime(),
};

const gameNumber = z.int().min(1).max(9999);

/** What a machine can be told, apart from money, with what it takes to tell it. */
export const controlKinds = [
  z.strictObject({ kind: z.literal('sounds'), sounds: z.enum(['on', 'off', 'game-off']) }),
  z.strictObject({ kind: z.literal('bill-acceptor'), on: z.boolean() }),
  z.strictObject({
    kind: z.literal('bill-denominations'),
    /** SAS bill codes that are taken, 00 to 17 (hexadecimal); none of the others is. */
    billCodes: z.array(z.int().min(0).max(0x17)).max(24),
    staysOn: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('maintenance'), on: z.boolean() }),
  z.strictObject({ kind: z.literal('enable-game'), game: gameNumber, enable: z.boolean() }),
  z.strictObject({ kind: z.literal('set-clock') }),
  z.strictObject({ kind: z.literal('reset-handpay'), toCredits: z.boolean() }),
  z.strictObject({ kind: z.literal('read-meters') }),
  z.strictObject({ kind: z.literal('read-identity') }),
  z.strictObject({ kind: z.literal('rom-signature'), seed: z.int().min(0).max(65_535) }),
  /** Registers the machine for transfers with the house's key, or ends that. */
  z.strictObject({ kind: z.literal('transfer-registration'), registered: z.boolean() }),
] as const;
export const machineControlSchema = z.discriminatedUnion('kind', [...controlKinds]);
export type MachineControl = z.output<typeof machineControlSchema>;

/** Most that one transfer moves, in cents; ten digits are what the wire has. */
export const maximumTransferCents = 9_999_999_999;

const [sounds, acceptor, bills, maintenance, enableGame, clock, handpay, meters, identity, rom, registration] =
  controlKinds;

export const machineCommandSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('lock-play') }),
  z.strictObject({ ...common, kind: z.literal('unlock-play') }),
  sounds.extend(common),
  acceptor.extend(common),
  bills.extend(common),
  maintenance.extend(common),
  enableGame.extend(common),
  clock.extend(common),
  handpay.extend(common),
  meters.extend(common),
  identity.extend(common),
  rom.extend(common),
  registration.extend(common),
  z.strictObject({
    ...common,
    kind: z.literal('transfer'),
    direction: z.enum(['to-machine', 'to-house']),
    /** Minor units of a currency with two decimal places. */
    cents: z.int().min(1).max(maximumTransferCents),
  }),
]);
export type MachineCommand = z.output<typeof machineCommandSchema>;

/**
 * `GET /internal/v1/gateways/{gatewayId}/commands?after=<cursor>&wait=<seconds>`: commands in order; `next` is the cursor to go on
 * from. Without `after`, everything that is still unsettled.
 */
export const commandPageSchema = z.strictObject({ items: z.array(machineCommandSchema), next: z.string() });
export type CommandPage = z.output<typeof commandPageSchema>;
