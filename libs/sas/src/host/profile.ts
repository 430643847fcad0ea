import { z } from 'zod';

const transferProfileSchema = z.strictObject({
  /** Whether the machine knows AFT; one that does not is never asked. */
  known: z.boolean(),
  /** Whether transfers want the machine registered with the house's key (73). */
  registration: z.enum(['required', 'not-required']),
  /** Whether the machine has to be locked (74) before it takes a transfer. */
  lockFirst: z.boolean(),
  /** Point of sale that a machine is registered with, eight hexadecimal digits. */
  posId: z.string().regex(/^[0-9A-F]{8}$/, 'not 8 hexadecimal digits in capitals'),
});

/** What a host has to know of a brand beforehand. What it can find out by asking is not here. */
export const hostProfileSchema = z.strictObject({
  /** Whether events are asked for in real time (0E); a machine may also refuse. */
  realTimeEvents: z.boolean(),
  /** Whether `address OR 80` in answer to a general poll means busy. It is also an exception's code. */
  busyByGeneralPoll: z.boolean(),
  /** What is asked for meters: 6F and its twin AF in turn, 6F alone, or the older polls (0F, 1A, 2F). */
  extendedMeters: z.enum(['both', 'first', 'none']),
  /** A0 is asked without a game. A machine that is silent to the other form is asked so anyway. */
  featuresAsRead: z.boolean(),
  /** The unit of a handpay's amount (1B). */
  handpayAmounts: z.enum(['credits', 'cents']),
  /** The unit of a progressive win's amount (84, 85). */
  progressiveAmounts: z.enum(['credits', 'cents']),
  /** From the last byte of a poll to the first of its answer, in milliseconds; null for the line's own figure. */
  answerWithinMs: z.int().min(20).max(1000).nullable(),
  transfers: transferProfileSchema,
});
export type HostProfile = z.output<typeof hostProfileSchema>;

export const standardHostProfile: HostProfile = {
  realTimeEvents: true,
  busyByGeneralPoll: true,
  extendedMeters: 'both',
  featuresAsRead: false,
  handpayAmounts: 'credits',
  progressiveAmounts: 'credits',
  answerWithinMs: null,
  transfers: { known: true, registration: 'not-required', lockFirst: false, posId: '00000000' },
};

type Changes = Omit<Partial<HostProfile>, 'transfers'> & { readonly transfers?: Partial<HostProfile['transfers']> };

const like = (base: HostProfile, { transfers, ...rest }: Changes): HostProfile => ({
  ...base,
  ...rest,
  transfers: { ...base.transfers, ...transfers },
});

const standard = standardHostProfile;

/** What halls meet, one peculiarity each, named as the simulator's profiles are. */
export const hostProfiles = {
  standard,
  'registered-key': like(standard, { transfers: { registration: 'required' } }),
  'lock-needed': like(standard, { transfers: { lockFirst: true } }),
  'no-aft': like(standard, { transfers: { known: false } }),
  'no-real-time-events': like(standard, { realTimeEvents: false }),
  'no-extended-meters': like(standard, { extendedMeters: 'none' }),
  'features-as-read': like(standard, { featuresAsRead: true }),
  'handpays-in-cents': like(standard, { handpayAmounts: 'cents' }),
  'never-busy-by-a-refusal': like(standard, { busyByGeneralPoll: false }),
} as const satisfies Readonly<Record<string, HostProfile>>;

export type HostProfileName = keyof typeof hostProfiles;

/** A profile of one's own: a known one with fields changed. */
export const hostProfileChangesSchema = hostProfileSchema
  .omit({ transfers: true })
  .partial()
  .extend({
    like: z.enum(Object.keys(hostProfiles) as HostProfileName[]).default('standard'),
    transfers: transferProfileSchema.partial().optional(),
  });

/** The whole profile that changes make. */
export function changedHostProfile(changes: z.output<typeof hostProfileChangesSchema>): HostProfile {
  const { like: base, ...rest } = changes;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as Changes;
  return like(hostProfiles[base], given);
}
