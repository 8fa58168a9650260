import { runHosted } from '@countersign/hosting';
import { authentication } from './service.js';

// A CommonJS bundle has no top-level await.
void runHosted(authentication, process.argv.slice(2), process.env);
