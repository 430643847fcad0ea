import type { ShownCall } from './shown-call.js';

const columns = [
  'at',
  'channel',
  'actor_kind',
  'actor_id',
  'actor_name',
  'from',
  'method',
  'route',
  'parameters',
  'status',
  'code',
  'duration_ms',
  'correlation_id',
  'command_id',
  'position',
  'record_stream',
  'record_revision',
] as const;

export const csvHeader = `${columns.join(',')}\r\n`;

/** A call as a line of RFC 4180. */
export function csvLine(call: ShownCall): string {
  const { actor, record } = call;
  const cells = [
    call.at,
    call.channel,
    actor?.kind,
    actor?.id,
    actor?.name,
    call.from,
    call.method,
    call.route,
    new URLSearchParams(call.parameters).toString(),
    call.status,
    call.code,
    call.durationMs,
    call.correlationId,
    call.commandId,
    call.position,
    record.stream,
    record.revision,
  ];
  return `${cells.map((cell) => quoted(cell?.toString() ?? '')).join(',')}\r\n`;
}

/** A cell that a spreadsheet would take for a formula is kept from being one. */
function quoted(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
