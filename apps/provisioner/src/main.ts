import { runTask } from '@countersign/observability';
import { provision } from './tasks.js';

void runTask(() => provision(process.argv.slice(2), process.env));
