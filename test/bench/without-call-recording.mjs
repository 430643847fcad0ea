/** Preloaded into the programs of a bench: the platform puts no call on record, and is otherwise as it is built. */
if (process.argv[1]?.includes('/apps/platform/')) {
  const { CallLog } = await import('../../dist/libs/audit/src/calls/call-log.js');
  CallLog.prototype.record = () => undefined;
}
