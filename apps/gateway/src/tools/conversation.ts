import { decodeRequest, describeReply, describeRequest, type HostMessage, type WireSymbol } from '#sas';

const hexadecimal = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');

/** Messages of a host in one burst: each begins with the wakeup bit. */
export function messagesIn(symbols: readonly WireSymbol[]): Uint8Array[] {
  const messages: number[][] = [];
  for (const { wakeup, byte } of symbols) {
    const last = messages.at(-1);
    if (wakeup || !last) messages.push([byte]);
    else last.push(byte);
  }
  return messages.map((message) => Uint8Array.from(message));
}

/** Byte 80 acknowledges and resynchronises; nobody answers it. */
const isNobody = ([first, second]: Uint8Array): boolean => first === 0x80 && second === undefined;

/** Tells a line's traffic in words, as it goes. */
export class Conversation {
  private sent: HostMessage | null = null;

  host(symbols: readonly WireSymbol[]): string[] {
    const messages = messagesIn(symbols);
    return messages.flatMap((bytes, index) => {
      const outcome = decodeRequest(bytes);
      if (outcome.ok && outcome.message.address !== 0) this.sent = outcome.message;
      // The poll of nobody before another one is told together with it.
      if (isNobody(bytes) && index < messages.length - 1) return [];
      const before = messages[index - 1];
      const prefix = before && isNobody(before) ? `${hexadecimal(before)} ` : '';
      return [`→ ${prefix}${hexadecimal(bytes)}   ${describeRequest(bytes)}`];
    });
  }

  machine(symbols: readonly WireSymbol[]): string {
    const bytes = Uint8Array.from(symbols, ({ byte }) => byte);
    const chirp = symbols.length > 0 && symbols.every(({ wakeup }) => wakeup);
    if (chirp) return `← ${hexadecimal(bytes)}   a machine that nobody polls says its address`;
    return `← ${hexadecimal(bytes)}   ${this.sent ? describeReply(this.sent, bytes) : 'nobody asked'}`;
  }

  silence(): string {
    return '← silence';
  }
}
