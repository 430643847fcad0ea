/** What can be wrong with bytes from a wire. `bad-bcd` also stands for digits that are no calendar date. */
export type FaultKind = 'bad-crc' | 'wrong-address' | 'short' | 'long' | 'bad-bcd' | 'unknown';

/** A fault and the offset of the byte that shows it, counted from the frame's first byte. */
export interface Fault {
  readonly kind: FaultKind;
  readonly offset: number;
}

export type Decoded<Message> =
  { readonly ok: true; readonly message: Message } | { readonly ok: false; readonly fault: Fault };

export const decoded = <Message>(message: Message): Decoded<Message> => ({ ok: true, message });

export const faulty = (kind: FaultKind, offset: number): { readonly ok: false; readonly fault: Fault } => ({
  ok: false,
  fault: { kind, offset },
});
