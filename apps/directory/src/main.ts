import { runHosted } from '@countersign/hosting';
import { directory } from './service.js';

// A CommonJS bundle has no top-level await.
void runHosted(directory, process.argv.slice(2), process.env);
