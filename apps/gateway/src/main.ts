import 'reflect-metadata';
import { runService } from '@countersign/observability';
import { settings, startGateway } from './service.js';

// A CommonJS bundle has no top-level await.
void runService(async () => startGateway(settings.parse(process.env)));
