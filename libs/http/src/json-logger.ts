import type { LoggerService } from '@nestjs/common';
import { destination, pino, type DestinationStream, type Logger } from 'pino';

const bufferBytes = 4_096;
const flushEveryMs = 500;

/**
 * JSON lines on standard output, written in blocks: a line may be half a second late, and a killed process may lose
 * that much of its log (never of its history).
 */
export function createLogger(level: string, stream: DestinationStream = blocks()): Logger {
  return pino({ level, base: null, redact: { paths: ['*.authorization', 'authorization'], remove: true } }, stream);
}

const blocks = (): DestinationStream =>
  destination({ dest: 1, sync: false, minLength: bufferBytes, periodicFlush: flushEveryMs });

/** Nest's own messages, in the same log. */
export class JsonLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.info(contextOf(rest), String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(contextOf(rest), String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const error = message instanceof Error ? { err: message } : {};
    this.logger.error({ ...contextOf(rest), ...error }, message instanceof Error ? message.message : String(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(contextOf(rest), String(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal(contextOf(rest), String(message));
  }
}

/** Nest's last parameter names the part that speaks; an error's stack may stand before it. */
function contextOf(rest: readonly unknown[]): Record<string, unknown> {
  const part = rest.at(-1);
  const stack = rest.length > 1 ? rest[0] : undefined;
  return { ...(part === undefined ? {} : { part }), ...(stack === undefined ? {} : { stack }) };
}
