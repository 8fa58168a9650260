#!/usr/bin/env node
// The command line, for `npx countersign`: committed, so that npx finds it in a clone before anything is built.
import { existsSync } from 'node:fs';

const programs = ['../apps/cli/bundle/main.js', '../apps/cli/dist/main.js'].map(
  (path) => new URL(path, import.meta.url),
);
try {
  await import((programs.find((program) => existsSync(program)) ?? programs[1]).href);
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write(
    'error: countersign is not built yet\nhint: run: npm start (installs, builds and starts), or: npm install && npm run build\n',
  );
  process.exitCode = 1;
}
