import 'reflect-metadata';
import { runService } from '@countersign/observability';
import { settings, startGateway } from './service.js';

void runService(async () => startGateway(settings.parse(process.env)));
