import { relative } from 'node:path';
import type { DataFolder } from './data-folder.js';

export interface Announcement {
  readonly url: string;
  readonly folder: DataFolder;
  readonly natsAddress: string;
  readonly databaseAddress: string;
  readonly hasDemo: boolean;
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
  if (facts.hasDemo) {
    rows.push(['demo realm', `demo; application id and key are in ${nearest(facts.folder.demo)}`]);
    rows.push(['Next:', 'npx countersign request GET /demo/api/v1/users/jdoe']);
  }
  const width = Math.max(...rows.map(([label]) => label.length));
  const lines = rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`);
  const note = facts.hasDemo
    ? '\n  The demo realm and its users are for development only. Ctrl-C stops everything.\n'
    : '';
  return `\nCountersign is ready.\n\n${lines.join('\n')}\n${note}\n`;
}

function nearest(file: string): string {
  const near = relative(process.cwd(), file);
  return near.startsWith('..') ? file : near;
}
