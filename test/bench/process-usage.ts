import { readFileSync } from 'node:fs';

import { commandOf, descendants } from '../support/processes.js';

/** The kernel's clock ticks per second, as /proc counts processor time: 100 on every Linux. */
const ticksPerSecond = 100;
const kibibyte = 1024;

/** Bytes of anonymous memory that a process holds in RAM; 0 when it is gone. Linux only. */
export function residentAnonymousBytes(pid: number): number {
  const kibibytes = /^RssAnon:\s+(\d+) kB$/m.exec(procFile(pid, 'status'))?.[1];
  return Number(kibibytes ?? 0) * kibibyte;
}

/** Processor time that a process has used so far, all its threads, in milliseconds. Linux only. */
export function processorMs(pid: number): number {
  const stat = procFile(pid, 'stat');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [fields[11], fields[12]].map(Number);
  return (((user ?? 0) + (system ?? 0)) * 1_000) / ticksPerSecond;
}

/** The processes below one, by the application that each runs: `platform`, `engines`. */
export function applicationsBelow(pid: number): Map<string, number> {
  return new Map(
    descendants(pid).flatMap((each) => {
      const application = /dist\/apps\/([a-z-]+)\/src\/main\.js/.exec(commandOf(each))?.[1];
      return application === undefined ? [] : [[application, each] as const];
    }),
  );
}

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
