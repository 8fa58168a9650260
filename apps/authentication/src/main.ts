import { runHosted } from '@countersign/hosting';
import { migrations, settings, startAuthentication } from './service.js';

await runHosted(
  { service: 'authentication', migrations, start: (environment) => startAuthentication(settings.parse(environment)) },
  process.argv.slice(2),
  process.env,
);
