import { PreparationFailed, prepare } from './prepare.mjs';

/** Prepares the checkout; when that fails, says why in one line and ends this process with 1. */
export async function prepareOrExit(root) {
  try {
    await prepare(root);
  } catch (error) {
    process.stderr.write(`countersign: ${error instanceof PreparationFailed ? error.message : error.stack}\n`);
    process.exit(1);
  }
}
