import type { AccessDecision } from '#access';
import type { LiveAccess } from '#live';

/** Sockets pass the same decision as REST. A gateway has no business on one, so none needs a certificate there. */
export const liveAccess = (decision: AccessDecision): LiveAccess => ({
  decide: async (presented, { counts, ...asked }) => {
    const { caller } = await decision.decide(presented, { ...asked, ...(counts ? { rate: 'live' } : {}) });
    return caller;
  },
  known: (token) => decision.known(token),
});
