import { z } from 'zod';

import { type Command, conflict, type Decider, type EventOf, eventType, notFound } from '#kernel';

/** What a callback is: where public events of a hall go, which types of them, and from where in the log. */
export const callbackDetailsSchema = z.strictObject({
  hallId: z.string().min(1).max(128),
  url: z.string().min(1).max(2_048),
  types: z.array(z.string()).min(1).max(100),
  /** Position in the log after which events are delivered; null for those after the registration. */
  after: z
    .string()
    .regex(/^\d{1,19}$/)
    .nullable(),
});
export type CallbackDetails = z.output<typeof callbackDetailsSchema>;

export const callbackRegistered = eventType('callback.registered.v1', callbackDetailsSchema);
export const callbackSuspended = eventType(
  'callback.suspended.v1',
  z.strictObject({ reason: z.enum(['failing', 'gone']) }),
);
export const callbackResumed = eventType('callback.resumed.v1', z.strictObject({}));
export const callbackRemoved = eventType('callback.removed.v1', z.strictObject({}));
export const callbackEvents = [callbackRegistered, callbackSuspended, callbackResumed, callbackRemoved] as const;

export type CallbackEvent = EventOf<(typeof callbackEvents)[number]>;
/** `failing`: nothing was delivered for too long. `gone`: the receiver answered 410. */
export type SuspensionReason = EventOf<typeof callbackSuspended>['data']['reason'];

interface Addressed {
  readonly callbackId: string;
}
export type RegisterCallback = Command<'RegisterCallback', CallbackDetails>;
export type SuspendCallback = Command<'SuspendCallback', Addressed & { readonly reason: SuspensionReason }>;
export type ResumeCallback = Command<'ResumeCallback', Addressed>;
export type RemoveCallback = Command<'RemoveCallback', Addressed>;
export type CallbackCommand = RegisterCallback | SuspendCallback | ResumeCallback | RemoveCallback;

export type CallbackState =
  | { readonly status: 'missing' }
  | { readonly status: 'removed'; readonly hallId: string }
  | { readonly status: 'active' | 'suspended'; readonly details: CallbackDetails };

export const callback: Decider<CallbackState, CallbackCommand, CallbackEvent> = {
  initialState: () => ({ status: 'missing' }),
  decide: (command, state) => {
    switch (command.type) {
      case 'RegisterCallback':
        if (state.status !== 'missing') throw conflict('callback_exists', 'This callback exists already.');
        return [{ type: 'callback.registered.v1', data: command.data }];
      case 'SuspendCallback': {
        if (state.status !== 'active') return [];
        return [{ type: 'callback.suspended.v1', data: { reason: command.data.reason } }];
      }
      case 'ResumeCallback':
        assertThere(state);
        if (state.status !== 'suspended') throw conflict('callback_active', 'This callback is not suspended.');
        return [{ type: 'callback.resumed.v1', data: {} }];
      case 'RemoveCallback':
        assertThere(state);
        return [{ type: 'callback.removed.v1', data: {} }];
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'callback.registered.v1':
        return { status: 'active', details: event.data };
      case 'callback.suspended.v1':
        return 'details' in state ? { ...state, status: 'suspended' } : state;
      case 'callback.resumed.v1':
        return 'details' in state ? { ...state, status: 'active' } : state;
      case 'callback.removed.v1':
        return 'details' in state ? { status: 'removed', hallId: state.details.hallId } : state;
    }
  },
};

/** The hall of a callback that is there, or was. */
export function hallIdOf(state: CallbackState): string | undefined {
  if (state.status === 'missing') return undefined;
  return state.status === 'removed' ? state.hallId : state.details.hallId;
}

function assertThere(state: CallbackState): void {
  if (!('details' in state)) throw callbackUnknown();
}

export const callbackUnknown = (): Error => notFound('callback_unknown', 'There is no such callback.');
