import { standardProfile, type MachineProfile } from './profile.js';

type Overrides = Omit<Partial<MachineProfile>, 'aft'> & { readonly aft?: Partial<MachineProfile['aft']> };

const like = ({ aft, ...rest }: Overrides): MachineProfile => ({
  ...standardProfile,
  ...rest,
  aft: { ...standardProfile.aft, ...aft },
});

/** What halls meet, one peculiarity each; scripts name them and add their own fields. */
export const machineProfiles = {
  standard: standardProfile,
  'registered-key': like({ aft: { registration: 'required', zeroKey: 'refused' } }),
  'partial-refused': like({ aft: { partialToHost: false } }),
  'partial-taken': like({ aft: { partialToHost: true } }),
  'lock-needed': like({ aft: { needsLock: true } }),
  'no-real-time-events': like({ realTimeEvents: false }),
  'interleaved-events': like({ eventsInPlaceOfAnswers: true }),
  'features-as-read': like({ featuresAsRead: true }),
  'idle-1f': like({ idleException: 0x1f }),
  'refusal-bursts': like({ busyAnswer: 'refusal', busyBurst: 5 }),
  'no-extended-meters': like({ silentTo: [0x6f, 0xaf] }),
  'no-aft': like({ aft: { enabled: false }, silentTo: [0x72, 0x73, 0x74] }),
  'system-tickets': like({ cashOutDevice: 'ticket', validation: 'system' }),
  'own-tickets': like({ cashOutDevice: 'ticket' }),
  'multi-game': like({ games: 4 }),
  'multi-denomination': like({ multiDenomination: true }),
  'wins-to-host': like({ jackpotMeterMoves: 'at-reset', aft: { winsToHost: true } }),
} as const satisfies Readonly<Record<string, MachineProfile>>;

export type MachineProfileName = keyof typeof machineProfiles;

export const machineProfileNames = Object.keys(machineProfiles) as MachineProfileName[];
