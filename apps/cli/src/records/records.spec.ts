import { isWellFormedText, knowledgeBaseKeys, propertyKeys, userStatuses } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '../output/failure.js';
import { csvRow, csvRowOf, readCsv } from './csv.js';
import { ColumnsInUse, columnNamesOf, columnsOf } from './csv-columns.js';
import { readGroupList, writeGroupList } from './group-list.js';
import { readJsonLines } from './json-lines.js';
import { recordFormatOf } from './record-format.js';
import {
  jsonLineOf,
  longestRecord,
  type RawRecord,
  type ReadableRecord,
  type UserRecord,
  userRecord,
} from './user-record.js';

/** Texts that files are spoilt by: formulas, quotes, line ends, separators, marks, whole Unicode. */
const hard = fc.constantFrom(
  '=1+1',
  '+49 170',
  '-2',
  '@SUM(A1)',
  '"',
  '""',
  ',',
  ';',
  '\\',
  '\r\n',
  '\n',
  '\r',
  '\t',
  ' ',
  '\ufeff',
  '\ufffd',
  '王',
  '😀',
  '\u0001',
  '#',
  "'",
);
const value = fc
  .array(fc.oneof(hard, fc.string({ unit: 'binary', maxLength: 8 })), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(''))
  .filter((text) => text !== '' && text.length <= 200 && isWellFormedText(text));
const some = <T>(keys: readonly string[], of: fc.Arbitrary<T>) =>
  fc.dictionary(fc.constantFrom(...keys), of, { maxKeys: 5, noNullPrototype: true });
const user: fc.Arbitrary<UserRecord> = fc.record(
  {
    userId: value,
    passwordHash: value,
    status: fc.constantFrom(...userStatuses),
    groups: fc.array(value, { maxLength: 4 }),
    properties: some(propertyKeys, value),
    knowledgeBase: some(knowledgeBaseKeys, fc.record({ question: value, answer: value })),
    extendedProperties: some(['ExtProperty1', 'ExtProperty2', 'ExtProperty10', 'ExtProperty999'], value),
  },
  {
    requiredKeys: ['userId', 'status', 'groups', 'properties', 'knowledgeBase', 'extendedProperties'],
    noNullPrototype: true,
  },
);

/** The bytes in pieces of one size, which cuts lines, characters and quotes anywhere. */
async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(records: AsyncIterable<readonly RawRecord[]>): Promise<RawRecord[]> {
  const found: RawRecord[] = [];
  for await (const some of records) found.push(...some);
  return found;
}

const jsonLines = (text: string | Buffer, size = 1 << 16) => all(readJsonLines(inPieces(Buffer.from(text), size)));
const csv = (text: string | Buffer, names = {}, size = 1 << 16) =>
  all(readCsv(inPieces(Buffer.from(text), size), names));
const faultOf = (record: RawRecord) => ('fault' in record ? record.fault : undefined);
const values = (records: readonly RawRecord[]) => records.map((record) => ('fault' in record ? record : record.read()));

function csvOf(users: readonly UserRecord[]): string {
  const inUse = new ColumnsInUse();
  for (const each of users) inUse.see(each);
  const names = inUse.names();
  const columns = columnsOf(names, {}).filter((column) => column !== undefined);
  return csvRow(names) + users.map((each) => csvRowOf(each, columns)).join('');
}

describe('what is exported is imported again, value for value', () => {
  const pieces = fc.integer({ min: 1, max: 64 });
  it('as JSON Lines', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(user, { minLength: 1, maxLength: 5 }), pieces, async (users, size) => {
        const read = await jsonLines(users.map(jsonLineOf).join(''), size);
        expect(values(read).map((record) => userRecord.parse(record))).toEqual(users);
      }),
    );
  });

  it('as CSV, formulas, quotes and several lines in a cell too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(user, { minLength: 1, maxLength: 5 }), pieces, async (users, size) => {
        const read = await csv(csvOf(users), {}, size);
        expect(values(read).map((record) => userRecord.parse(record))).toEqual(users);
      }),
    );
  });

  it('groups in one cell, whatever their names', () => {
    fc.assert(fc.property(fc.array(value), (groups) => expect(readGroupList(writeGroupList(groups))).toEqual(groups)));
    expect(readGroupList('CORP\\staff;a\\;b;c\\\\')).toEqual(['CORP\\staff', 'a;b', 'c\\']);
    expect(readGroupList('')).toEqual([]);
  });
});

describe('JSON Lines', () => {
  it('may begin with a byte order mark, end lines with CRLF, and hold blank lines', async () => {
    const read = await jsonLines('\ufeff{"userId":"a"}\r\n\r\n  \n{"userId":"b"}');
    expect(values(read)).toEqual([{ userId: 'a' }, { userId: 'b' }]);
    expect(read.map(({ line }) => line)).toEqual([1, 4]);
  });

  it('are the same however the input is cut', async () => {
    const text = '\ufeff{"userId":"a"}\n\n{"userId":"\u00fc王"}\r\nno json\n';
    const whole = (await jsonLines(text)).map(({ read: _, ...rest }: Partial<ReadableRecord>) => rest);
    for (let size = 1; size < 20; size += 1) {
      expect((await jsonLines(text, size)).map(({ read: _, ...rest }: Partial<ReadableRecord>) => rest)).toEqual(whole);
    }
    expect(whole.at(-1)?.end).toBe(Buffer.byteLength(text));
  });

  it('refuse a line that is too long or not UTF-8, with its number, and read on', async () => {
    const long = `{"userId":"${'x'.repeat(longestRecord)}"}`;
    const latin1 = Buffer.from('{"userId":"M\u00fcller"}\n', 'latin1');
    const read = await jsonLines(
      Buffer.concat([Buffer.from(`${long}\n`), latin1, Buffer.from('{"userId":"c"}')]),
      7_000,
    );
    expect(read.map((record) => [record.line, faultOf(record)])).toEqual([
      [1, `is longer than ${longestRecord} bytes`],
      [2, 'is not UTF-8'],
      [3, undefined],
    ]);
    expect(values(read.slice(2))).toEqual([{ userId: 'c' }]);
  });

  it('take a line of just the longest size', async () => {
    const line = JSON.stringify({ userId: 'x'.repeat(longestRecord - 13) });
    expect(line).toHaveLength(longestRecord);
    expect((await jsonLines(`${line}\r\n`, 999)).map(faultOf)).toEqual([`is longer than ${longestRecord} bytes`]);
    expect((await jsonLines(`\ufeff${line}\n`, 999)).map(faultOf)).toEqual([undefined]);
  });
});

describe('CSV', () => {
  it('may begin with a byte order mark, end rows with CRLF or LF, and hold several lines in a cell', async () => {
    const text = '\ufeffuserId,firstName,groups\r\na,"one\r\ntwo",x;y\r\n\r\nb,"say ""hi"", you",\nc,,z';
    const read = await csv(text);
    expect(values(read)).toMatchObject([
      { userId: 'a', properties: { firstName: 'one\r\ntwo' }, groups: ['x', 'y'] },
      { userId: 'b', properties: { firstName: 'say "hi", you' } },
      { userId: 'c', properties: {}, groups: ['z'] },
    ]);
    expect(read.map(({ line }) => line)).toEqual([2, 5, 6]);
    expect(read.at(-1)?.end).toBe(Buffer.byteLength(text));
  });

  it('is the same however the input is cut', async () => {
    const text = '\ufeffuserId,firstName\r\n"\u00fc","a\n""b""\r\n王"\r\nx,😀\n';
    const whole = await csv(text);
    for (let size = 1; size < 20; size += 1) {
      const read = await csv(text, {}, size);
      expect(values(read)).toEqual(values(whole));
      expect(read.map(({ line }) => line)).toEqual([2, 5]);
    }
  });

  it('refuses a row with too many or too few cells alone', async () => {
    const read = await csv('userId,firstName\na,b,c\nd\ne,f\n');
    expect(read.map((record) => [record.line, faultOf(record)])).toEqual([
      [2, 'has 3 cells, expected 2 as in the header'],
      [3, 'has 1 cells, expected 2 as in the header'],
      [4, undefined],
    ]);
  });

  it('has its columns mapped, and left out', async () => {
    const names = columnNamesOf(['E-Mail=email1', 'Login=userId', 'Notes=', 'a=b=auxId1']);
    const read = await csv('Login,E-Mail,Notes,a=b\nx,x@example.com,secret,7\n', names);
    expect(values(read)).toMatchObject([{ userId: 'x', properties: { email1: 'x@example.com', auxId1: '7' } }]);
    expect(JSON.stringify(values(read))).not.toContain('secret');
  });

  it.each([
    ['userId,surname\n', {}, /unknown columns: surname/],
    ['userId,Given name,x.y-z\n', {}, /unknown columns: Given name, x\.y-z$/],
    ['jane,secret,John\n', {}, /^3 of 3 columns are unknown: the file seems to have no header row$/],
    ['userId,secret$2b$12$abc\n', {}, /^1 of 2 columns are unknown/],
    ['userId,secret,4711\n', {}, /^2 of 3 columns are unknown/],
    [`userId,secret ${'x'.repeat(40)}\n`, {}, /^1 of 2 columns are unknown/],
    ['jane,secret,\n', {}, /^2 of 3 columns are unknown/],
    ['userId,,firstName\n', {}, /column 2 has no name/],
    ['userId,firstName,firstName\n', {}, /firstName is there twice/],
    ['userId;firstName\n', {}, /no commas/],
    ['firstName\n', {}, /no column userId/],
    ['userId\n', { Mail: 'email1' }, /no such column/],
    ['', {}, /no header row/],
    ['userId,passwordHash\na,$2b"secret"\n', {}, /^line 2: a quote stands within/],
    ['userId,passwordHash\na,"secret" x\n', {}, /^line 2: something follows a closing quote/],
    ['userId,passwordHash\na,"secret\n', {}, /ends within quotes/],
    [`userId,passwordHash\na,"secret${'x'.repeat(longestRecord)}\n`, {}, /^line 2: a row is longer than/],
    [Buffer.from('userId\nM\u00fcller\n', 'latin1'), {}, /not UTF-8/],
    [Buffer.from('\ufeffuserId\n', 'utf16le'), {}, /not UTF-8/],
    [Buffer.from('userId\nM\u00fc', 'utf8').subarray(0, -1), {}, /not UTF-8/],
  ])('that cannot be read is refused as a whole, without quoting it: %#', async (text, names, message) => {
    const failure = await csv(text, names).then(String, (error: Error) => error.message);
    expect(failure).toMatch(message);
    expect(failure).not.toContain('secret');
  });

  it('that has no header is refused without its first user being shown, in the hint too', async () => {
    const failure = await csv('jane,4711,"{SSHA}c2VjcmV0",Rex\n').catch((error: unknown) => error);
    if (!(failure instanceof Failure)) throw new Error('is read');
    for (const value of ['jane', '4711', 'SSHA', 'Rex']) expect(failure.message + failure.hint).not.toContain(value);
  });

  it.each([['x'], ['=email1'], ['a=surname']])('--column %s is wrong usage', (text) => {
    expect(() => columnNamesOf([text])).toThrow(/--column/);
  });
});

describe('any bytes at all', () => {
  const scrap = fc.oneof(
    fc.constantFrom('"', '""', ',', '\r\n', '\n', '\r', '{', '}', '"userId":', '\ufeff', '\0', '\\', '王'),
    fc.string({ unit: 'binary', maxLength: 5 }),
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    fc.array(scrap, { maxLength: 40 }).map((parts) => Buffer.from(parts.join(''))),
  );
  const inOrder = (read: readonly RawRecord[], length: number) => {
    const [lines, ends] = [read.map(({ line }) => line), read.map(({ end }) => end)];
    expect(lines).toEqual([...new Set(lines)].sort((one, other) => one - other));
    expect(ends).toEqual([...ends].sort((one, other) => one - other));
    expect(ends.at(-1) ?? 0).toBeLessThanOrEqual(length);
  };

  it('are read as JSON Lines without a failure, each line for itself', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 50 }), async (input, size) => {
        inOrder(await jsonLines(input, size), input.length);
      }),
    );
  });

  it('are read as CSV, or refused in a sentence of ours', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 50 }), async (tail, size) => {
        const input = Buffer.concat([Buffer.from('userId,firstName\n'), tail]);
        const outcome = await csv(input, {}, size).catch((error: unknown) => error);
        if (Array.isArray(outcome)) inOrder(outcome, input.length);
        else expect(outcome).toBeInstanceOf(Failure);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the format', () => {
  it('is what was asked for, else what the ending says', () => {
    expect(recordFormatOf('csv', 'users.jsonl')).toBe('csv');
    expect(recordFormatOf(undefined, 'USERS.CSV')).toBe('csv');
    expect(recordFormatOf(undefined, 'users.ndjson')).toBe('jsonl');
    expect(() => recordFormatOf(undefined, '-')).toThrow(/jsonl or csv/);
    expect(() => recordFormatOf(undefined, 'users.json.gz')).toThrow(/jsonl or csv/);
  });
});
