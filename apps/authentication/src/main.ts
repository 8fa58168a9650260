import { runService } from '@countersign/observability';
import { settings, startAuthentication } from './service.js';

await runService(async () => startAuthentication(settings.parse(process.env)));
