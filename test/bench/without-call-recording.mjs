/** Preloaded into the programs of a bench: the platform puts no call on record, and is otherwise as it is built. */
if (process.argv[1]?.includes('/apps/platform/')) {
  const built = new URL('../../dist/libs/audit/src/calls/call-log.js', import.meta.url);
  const { CallLog } = await import(built.href);
  CallLog.prototype.record = () => undefined;
}
