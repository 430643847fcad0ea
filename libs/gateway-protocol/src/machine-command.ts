import { z } from 'zod';

/** Longest that `GET /internal/v1/gateways/{gatewayId}/commands` waits for a command. */
export const maximumCommandWaitSeconds = 25;

export const machineCommandSchema = z.strictObject({
  id: z.uuid(),
  machineId: z.string(),
  kind: z.enum(['lock-play', 'unlock-play']),
  /** Not sent to the machine after this instant; then it is settled as expired. */
  deadline: z.iso.datetime(),
});
export type MachineCommand = z.output<typeof machineCommandSchema>;

/**
 * `GET /internal/v1/gateways/{gatewayId}/commands?after=<cursor>&wait=<seconds>`: commands in order; `next` is the cursor to go on
 * from. Without `after`, everything that is still unsettled.
 */
export const commandPageSchema = z.strictObject({ items: z.array(machineCommandSchema), next: z.string() });
export type CommandPage = z.output<typeof commandPageSchema>;
