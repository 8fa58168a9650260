import { runHosted } from '@countersign/hosting';
import { migrations, settings, startDirectory } from './service.js';

await runHosted(
  { service: 'directory', migrations, start: (environment) => startDirectory(settings.parse(environment)) },
  process.argv.slice(2),
  process.env,
);
