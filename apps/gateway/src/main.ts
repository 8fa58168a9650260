import 'reflect-metadata';
import { settings, startGateway } from './service.js';

const gateway = await startGateway(settings.parse(process.env));
process.stdout.write(`ready ${gateway.url}\n`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void gateway.close().then(() => process.exit(0)));
}
