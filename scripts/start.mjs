/** `npm start`: alone enough on a fresh clone. Prepares, then becomes the application: one process, one Ctrl-C. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { prepareOrExit } from './prepare-or-exit.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
await prepareOrExit(root);
const application = join(root, 'apps', 'all-in-one');
const main = ['bundle', 'dist'].map((folder) => join(application, folder, 'main.js')).find(existsSync);
await import(pathToFileURL(main).href);
