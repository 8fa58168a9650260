import { settings, startDirectory } from './service.js';

const running = await startDirectory(settings.parse(process.env));
process.stdout.write(`ready ${running.url}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void running.close());
