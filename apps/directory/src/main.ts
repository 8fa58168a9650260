import { runHosted } from '@countersign/hosting';
import { directory } from './service.js';

void runHosted(directory, process.argv.slice(2), process.env);
