import fc from 'fast-check';
import { Failure } from '../../apps/cli/src/output/failure.js';
import { csvRow, readCsv } from '../../apps/cli/src/records/csv.js';
import { readJsonLines } from '../../apps/cli/src/records/json-lines.js';
import { readNameList, writeNameList } from '../../apps/cli/src/records/name-list.js';
import type { RawRecord } from '../../apps/cli/src/records/user-record.js';
import { holds, holdsSame, type Target } from '../target.js';

const cell = fc.constantFrom(
  '',
  'a',
  '=1+1',
  'x;y',
  '"',
  ',',
  '\n',
  '\r\n',
  '\r',
  ' ',
  '\ufeff',
  'é',
  '王',
  '\\;',
  '\\',
);
const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 });

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** What is read, or the words in which it is refused. */
async function readAll(records: AsyncIterable<readonly RawRecord[]>): Promise<readonly RawRecord[] | string> {
  const found: RawRecord[] = [];
  try {
    for await (const some of records) found.push(...some);
    return found;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

/** Without what differs from one reading to the next. */
function shown(records: readonly RawRecord[] | string): unknown {
  if (typeof records === 'string') return records;
  return records.map((record) => ('fault' in record ? record : { ...record, read: undefined }));
}

function checkPlaces(records: readonly RawRecord[] | string, bytes: Buffer): void {
  if (typeof records === 'string') return;
  let [line, end] = [0, 0];
  for (const record of records) {
    holds(record.line > line && record.end > end && record.end <= bytes.length, 'places go on, within the file');
    ({ line, end } = record);
  }
}

/** JSON Lines: the same however it is cut. */
export const jsonLines: Target = {
  name: 'json-lines',
  about: 'a file of users, as JSON Lines',
  seeds: ['{"userId":"a"}\r\n\n{"userId":"b"}', '\ufeff{"userId":"ü"}\n', 'no json\n\xff', ''],
  dictionary: ['{"userId":"', '"}', '\n', '\r\n', '\ufeff', '"groups":["a"]', '\u2028', ' '],
  inputs: fc.array(fc.oneof(fc.json(), cell)).map((lines) => lines.join('\n')),
  check: async (input) => {
    const whole = await readAll(readJsonLines(inPieces(input, Math.max(1, input.length))));
    const isUtf16 = /^(?:fffe|feff)/.test(input.toString('hex'));
    holds(typeof whole !== 'string' || isUtf16, 'a line alone is refused, but for UTF-16');
    checkPlaces(whole, input);
    for (const size of input.length < 2_000 ? [1, 2, 7] : [1_000]) {
      holdsSame(shown(await readAll(readJsonLines(inPieces(input, size)))), shown(whole), `cut into pieces of ${size}`);
    }
  },
};

/** CSV: the same however it is cut. */
export const csv: Target = {
  name: 'csv',
  about: 'a file of users, as CSV',
  seeds: [
    'userId,firstName,groups\r\na,"one\r\ntwo",x;y\r\n\r\nb,"say ""hi"", you",\n',
    '\ufeffuserId,kbq1.question,kbq1.answer\nü,q,a\n',
    'userId,name.given,emails.2,emails.2.kind,phones.1,phones.1.details\na,b,c,work,1,"{""x"":1}"\n',
    'userId\n"',
    '',
  ],
  dictionary: [
    'userId',
    ',',
    '"',
    '""',
    '\n',
    '\r\n',
    '\r',
    '\ufeff',
    ';',
    'groups',
    'kbq1.answer',
    'emails.1',
    '.kind',
    'attributes.',
    '\\;',
    '\xff',
  ],
  inputs: rows.map((made) => csvRow(['userId', 'firstName', 'groups']) + made.map(csvRow).join('')),
  check: async (input) => {
    const whole = await readAll(readCsv(inPieces(input, Math.max(1, input.length)), {}));
    checkPlaces(whole, input);
    for (const size of input.length < 2_000 ? [1, 3] : [1_000]) {
      const other = await readAll(readCsv(inPieces(input, size), {}));
      // what is refused as a whole may be met at another place
      if (typeof whole === 'string') holds(typeof other === 'string', `refused too in pieces of ${size}`);
      else holdsSame(shown(other), shown(whole), `cut into pieces of ${size}`);
    }
    const groups = readNameList(input.toString('utf8'));
    holdsSame(readNameList(writeNameList(groups)), groups, 'groups in a cell, written anew');
  },
};
