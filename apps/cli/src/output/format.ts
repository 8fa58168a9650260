import { usageFault } from './failure.js';

export const outputFormats = Object.freeze(['table', 'json', 'jsonl', 'name'] as const);
export type OutputFormat = (typeof outputFormats)[number];

/** The format chosen by `-o` or `--json`; both at once must agree. */
export function outputFormatOf(output: string | undefined, json: boolean): OutputFormat {
  if (output === undefined) return json ? 'json' : 'table';
  const format = outputFormats.find((known) => known === output);
  if (format === undefined) throw usageFault(`output format ${output} is none of ${outputFormats.join(', ')}`);
  if (json && format !== 'json') throw usageFault(`--json and --output ${output} contradict each other`);
  return format;
}

/** Whether a program reads the result, and the errors too. */
export function isForProgram(format: OutputFormat): boolean {
  return format === 'json' || format === 'jsonl';
}
