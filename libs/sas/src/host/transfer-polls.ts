/** Long poll 72 that asks what became of the last transfer. */
export const interrogate = { code: 0xfe, entry: { index: 0, transfer: null } } as const;
/** The same, and the machine may forget what has ended. */
export const acknowledge = { code: 0xff, entry: { index: 0, transfer: null } } as const;
