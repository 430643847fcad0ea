import { decodeReply, decodeRequest, encodeReply, encodeRequest, type HostMessage, type MachineMessage } from '#sas';

const codes = [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0b, 0x22, 0x23, 0x0c, 0x24];
const request: HostMessage = { kind: 'long-poll', address: 1, poll: 'extendedMeters', data: { game: 0, codes } };
const meters = codes.map((code) => ({ code, bytes: 4, value: 12_345_678 }));
const answer: MachineMessage = { kind: 'answer', address: 1, poll: 'extendedMeters', data: { game: 0, meters } };
const generalPoll: HostMessage = { kind: 'general-poll', address: 1 };
const event = Uint8Array.from(Buffer.from('01FF1114A4', 'hex'));
const times = 100_000;

function cpuMicroseconds(what: () => unknown): number {
  for (let time = 0; time < times / 4; time += 1) what();
  const before = process.cpuUsage();
  for (let time = 0; time < times; time += 1) what();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

/** CPU time a frame, with twelve meters in the long ones. */
export function runCodec(): string[] {
  const [requestBytes, answerBytes] = [encodeRequest(request), encodeReply(answer)];
  const cases: [string, () => unknown][] = [
    ['encode 6F of 12 meters', () => encodeRequest(request)],
    ['decode 6F of 12 meters', () => decodeRequest(requestBytes)],
    ['encode its answer of 92 bytes', () => encodeReply(answer)],
    ['decode its answer of 92 bytes', () => decodeReply(request, answerBytes)],
    ['decode an event of 5 bytes', () => decodeReply(generalPoll, event)],
  ];
  return cases.map(([name, what]) => `${name}: ${cpuMicroseconds(what).toFixed(2)} µs`);
}
