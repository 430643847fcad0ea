/** Loaded before a supervised program: when the launcher is gone, however it went, the program ends in order as well. */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
