#!/usr/bin/env node
// The command line, for `npx countersign`: committed, so that npx finds it in a clone before anything is built.
try {
  await import(new URL('../apps/cli/dist/main.js', import.meta.url).href);
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write(
    'error: countersign is not built yet\nhint: run: npm start (installs, builds and starts), or: npm install && npm run build\n',
  );
  process.exitCode = 1;
}
