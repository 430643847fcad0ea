import { z } from 'zod';

import { type Caller, DomainError, mayUseHall, notFound } from '#kernel';

/** Most halls one caller is given by name; whoever needs more is given all. */
const maximumHalls = 1_000;

/** Which halls somebody may see and change: some by id, or `*` for all of them, those to come included. */
export const hallGrantSchema = z.union([
  z.literal('*'),
  z.array(z.string().min(1).max(64)).min(1).max(maximumHalls).readonly(),
]);
export type HallGrant = z.output<typeof hallGrantSchema>;

/** @throws {DomainError} 404: another hall's object is not there for this caller */
export function assertSeesHall(caller: Caller, hallId: string): void {
  if (!mayUseHall(caller, hallId)) throw notFound('hall_unknown', 'There is no such hall.');
}

/** Whether a caller's own halls include all of a grant's. */
export const coversGrant = (caller: Caller, grant: HallGrant): boolean =>
  caller.hallIds === '*' || (grant !== '*' && grant.every((hallId) => mayUseHall(caller, hallId)));

/** @throws {DomainError} 403: nobody gives others what they do not have */
export function assertMayGrant(caller: Caller, grant: HallGrant): void {
  if (coversGrant(caller, grant)) return;
  throw new DomainError('grant_exceeds_own', 'You can give access only to halls that you have access to yourself.', {
    kind: 'forbidden',
    pointer: '/hallIds',
  });
}
