import { settings, startAuthentication } from './service.js';

const running = await startAuthentication(settings.parse(process.env));
process.stdout.write(`ready ${running.url}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void running.close());
