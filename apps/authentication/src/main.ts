import { runHosted } from '@countersign/hosting';
import { authentication } from './service.js';

void runHosted(authentication, process.argv.slice(2), process.env);
