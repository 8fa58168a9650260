import { runTask } from '@countersign/observability';
import { provision } from './tasks.js';

// A CommonJS bundle has no top-level await.
void runTask(() => provision(process.argv.slice(2), process.env));
