import { z } from 'zod';

/** What is counted apart. */
export const rateNames = ['read', 'write', 'internal', 'live', 'sign-in', 'open', 'failures', 'total'] as const;
type RateName = (typeof rateNames)[number];

interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

const form = /^([a-z-]+)=(\d{1,6}(?:\.\d{1,3})?)(?::(\d{1,7}))?$/;
/** The burst where nobody says: two seconds' worth. */
const usualBurstSeconds = 2;

/** `read=500,write=200:1000`: calls per second, and after a colon how many may come at once. */
export const rateLimits = z
  .string()
  .transform((text) => text.split(',').map((part) => one(part.trim())))
  .refine(
    (limits) => limits.every((limit) => limit !== undefined),
    `must be a comma-separated list such as read=500,write=200:1000, of ${rateNames.join(', ')}`,
  )
  .transform((limits): Partial<Record<RateName, RateLimit>> =>
    Object.fromEntries(limits.filter((limit) => limit !== undefined)),
  );

function one(text: string): [RateName, RateLimit] | undefined {
  const [, given, perSecondText = '0', burst] = form.exec(text) ?? [];
  const name = rateNames.find((each) => each === given);
  const perSecond = Number(perSecondText);
  if (name === undefined || perSecond <= 0 || burst === '0') return undefined;
  return [
    name,
    { perSecond, burst: burst === undefined ? Math.max(1, Math.ceil(perSecond * usualBurstSeconds)) : Number(burst) },
  ];
}
