import { relative } from 'node:path';
import type { DataFolder } from './data-folder.js';
import type { DemoState } from './demo.js';

export interface Announcement {
  readonly url: string;
  readonly folder: DataFolder;
  readonly natsAddress: string;
  readonly databaseAddress: string;
  /** Absent when the settings want no demo. */
  readonly demo: DemoState | undefined;
}

/** The block for people, on stderr, when all is up. The key stands in a file and never here. */
export function announcement(facts: Announcement): string {
  const rows: (readonly [string, string])[] = [
    ['API', facts.url],
    ['reference', `${facts.url}/docs`],
    ['health', `${facts.url}/readyz`],
    ['bus', facts.natsAddress],
    ['database', facts.databaseAddress],
    ['data', `${facts.folder.path} (kept between starts)`],
  ];
  if (facts.demo !== undefined) rows.push(...demoRows(facts.demo, nearest(facts.folder.demo)));
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`);
  const note = facts.demo
    ? '\n  The demo realm and its users are for development only. Ctrl-C stops everything.\n'
    : '';
  return `\nCountersign is ready.\n\n${lines.join('\n')}\n${note}\n`;
}

function demoRows({ lost, disabledApplication }: DemoState, file: string): (readonly [string, string])[] {
  if (disabledApplication !== undefined) {
    return [
      ['demo realm', `demo; its application ${disabledApplication} is disabled`],
      ['Next:', `npx countersign application enable ${disabledApplication}`],
    ];
  }
  const anew = lost === undefined ? [] : [['demo', `${lost}: made another application, and new passwords`] as const];
  return [
    ...anew,
    ['demo realm', `demo; application id and key are in ${file}`],
    ['Next:', 'npx countersign request GET /demo/api/v1/users/jdoe'],
  ];
}

function nearest(file: string): string {
  const near = relative(process.cwd(), file);
  return near.startsWith('..') ? file : near;
}
