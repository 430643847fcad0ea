import { cpus, loadavg, totalmem } from 'node:os';

/** What a figure was measured on: it means nothing without. */
export function describeMachine(): string {
  const memoryGiB = Math.round(totalmem() / 2 ** 30);
  const load = loadavg()[0] ?? 0;
  return `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${memoryGiB} GiB, Node ${process.version}, load ${load.toFixed(1)} before the run`;
}
