import 'reflect-metadata';
import { runService } from '@countersign/observability';
import { settings, startGateway } from './service.js';

await runService(async () => startGateway(settings.parse(process.env)));
