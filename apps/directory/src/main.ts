import { runService } from '@countersign/observability';
import { settings, startDirectory } from './service.js';

await runService(async () => startDirectory(settings.parse(process.env)));
