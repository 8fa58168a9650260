/** Loaded before a server of the benchmark (`--import`): it ends when the benchmark does, however that ends. */
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
