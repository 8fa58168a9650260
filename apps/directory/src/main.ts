import { runHosted } from '@countersign/hosting';
import { directory } from './service.js';

await runHosted(directory, process.argv.slice(2), process.env);
