import { floorFile } from './floor-file.js';
import { startFloor } from './floor.js';
import { parseOptions } from './options.js';

function stop(reason: string): never {
  process.stderr.write(`demo floor: ${reason}\n`);
  process.exit(1);
}

const parsed = parseOptions(process.argv.slice(2));
if (!parsed.ok) stop(parsed.errors.join('\ndemo floor: '));
const { options } = parsed;

const failed = (error: unknown): never => stop(error instanceof Error ? error.message : String(error));
const floor = await startFloor(options, failed).catch(failed);

// Before it says that it is ready: whoever reads that may stop it at once.
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    floor.close().then(() => process.exit(0), failed);
  });
}

const ready = {
  ready: true,
  floor: floorFile(options.dataDir),
  control: floor.description.control,
  lines: floor.description.lines.length,
  machines: options.machines,
};
process.stdout.write(`${JSON.stringify(ready)}\n`);
