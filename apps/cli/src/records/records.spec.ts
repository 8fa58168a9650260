import { contactKinds, isWellFormedText, propertyNames, questionNames, userStates } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Failure } from '../output/failure.js';
import { csvRow, csvRowOf, readCsv } from './csv.js';
import { ColumnsInUse, columnNamesOf } from './csv-columns.js';
import { readJsonLines } from './json-lines.js';
import { readNameList, writeNameList } from './name-list.js';
import { recordFormatOf } from './record-format.js';
import { userFieldOf } from './user-field.js';
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
const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }, requiredKeys: (keyof T)[]) =>
  fc.record(fields, { requiredKeys, noNullPrototype: true });
const email = record(
  {
    position: fc.integer({ min: 1, max: 20 }),
    value,
    kind: fc.constantFrom(...contactKinds),
    label: value.filter(({ length }) => length <= 100),
    verifiedAt: fc.constantFrom('2026-11-22T00:00:00.000Z', '2001-01-01T00:00:00Z'),
  },
  ['position', 'value'],
);
const phone = fc
  .tuple(
    email,
    record(
      {
        extension: value.map((text) => text.slice(0, 1)).filter(isWellFormedText),
        details: some(['platform', ' ', 'constructor'], fc.oneof(value, fc.constant(''))).filter(
          (map) => Object.keys(map).length > 0,
        ),
      },
      [],
    ),
  )
  .map(([contact, more]) => ({ ...contact, ...more }));
const placed = <T extends { readonly position: number }>(contact: fc.Arbitrary<T>) =>
  fc.uniqueArray(contact, { maxLength: 3, selector: ({ position }) => position });
const user: fc.Arbitrary<UserRecord> = record<UserRecord>(
  {
    userId: value,
    passwordHash: value,
    state: fc.constantFrom(...userStates),
    groups: fc.array(value, { maxLength: 4 }),
    aliases: fc.array(value, { maxLength: 4 }),
    displayName: value,
    name: record({ given: value, family: value }, []),
    locale: value.map((text) => text.slice(0, 1)).filter(isWellFormedText),
    timezone: value.filter(({ length }) => length <= 100),
    externalId: value,
    notes: value,
    emails: placed(email),
    phones: placed(phone),
    attributes: some(['custom1', 'custom10', 'extended999', 'constructor', 'toString'], value),
    questions: some(
      ['1', '20', 'help_desk', 'constructor'],
      record({ question: value, answer: value }, ['question', 'answer']),
    ),
    pin: value,
  },
  ['userId', 'state', 'groups', 'aliases', 'name', 'emails', 'phones', 'attributes', 'questions'],
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

/** Columns have an order; JSON keeps that of the list. */
function byPosition(user: UserRecord): UserRecord {
  const sorted = <T extends { readonly position: number }>(contacts: readonly T[]) =>
    [...contacts].sort((one, other) => one.position - other.position);
  return { ...user, emails: sorted(user.emails), phones: sorted(user.phones) };
}

function csvOf(users: readonly UserRecord[]): string {
  const inUse = new ColumnsInUse();
  for (const each of users) inUse.see(each);
  const columns = inUse.names();
  return csvRow(columns) + users.map((each) => csvRowOf(each, columns)).join('');
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
        expect(values(read).map((record) => userRecord.parse(record))).toEqual(users.map(byPosition));
      }),
    );
  });

  it('groups in one cell, whatever their names', () => {
    fc.assert(fc.property(fc.array(value), (groups) => expect(readNameList(writeNameList(groups))).toEqual(groups)));
    expect(readNameList('CORP\\staff;a\\;b;c\\\\')).toEqual(['CORP\\staff', 'a;b', 'c\\']);
    expect(writeNameList(['CORP\\staff', 'a;b', 'c\\', '\\\\d'])).toBe('CORP\\staff;a\\;b;c\\\\;\\\\\\d');
    expect(readNameList('')).toEqual([]);
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
      [2, 'is not UTF-8: byte 0xfc at 13'],
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
      { userId: 'a', name: { given: 'one\r\ntwo' }, groups: ['x', 'y'] },
      { userId: 'b', name: { given: 'say "hi", you' } },
      { userId: 'c', groups: ['z'] },
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

  it('numbers the last row too when the file ends with a carriage return', async () => {
    expect((await csv('userId\r\n\0\r\n\r\r')).map(({ line }) => line)).toEqual([2, 3]);
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
    expect(values(read)).toMatchObject([
      { userId: 'x', emails: [{ position: 1, value: 'x@example.com' }], attributes: { custom1: '7' } },
    ]);
    expect(JSON.stringify(values(read))).not.toContain('secret');
  });

  it('names fields by their paths, and by the property names that stand for them', async () => {
    const header = [
      'userId,status,lastName,name.given,email2,email2.kind,emails.1,phone1,phones.1.extension,phones.1.details',
      'auxId3,ExtProperty12,attributes.shoeSize,helpDeskKb.question,helpDeskKb.answer,pinHash,aliases',
    ].join(',');
    const row = [
      'x,locked,Doe,Jo,b@example.com,work,a@example.com,1,42,"{""platform"":""ios""}"',
      '3,12,44,City?,Rome,0042,CORP\\jdoe;jd',
    ].join(',');
    const [record] = values(await csv(`${header}\n${row}\n`));
    expect(userRecord.parse(record)).toEqual({
      userId: 'x',
      state: 'locked',
      name: { family: 'Doe', given: 'Jo' },
      emails: [
        { position: 1, value: 'a@example.com' },
        { position: 2, value: 'b@example.com', kind: 'work' },
      ],
      phones: [{ position: 1, value: '1', extension: '42', details: { platform: 'ios' } }],
      attributes: { custom3: '3', extended12: '12', shoeSize: '44' },
      questions: { help_desk: { question: 'City?', answer: 'Rome' } },
      pin: '0042',
      aliases: ['CORP\\jdoe', 'jd'],
      groups: [],
    });
  });

  it('knows every property name', () => {
    const known = [...propertyNames, 'ExtProperty1', 'ExtProperty999', 'status'];
    const names = [...known, ...questionNames.flatMap((name) => [`${name}.question`, `${name}.answer`])];
    expect(names.filter((name) => userFieldOf(name) === undefined)).toEqual([]);
    expect(new Set(names.map((name) => userFieldOf(name)?.path)).size).toBe(names.length);
  });

  it('has its columns in the order of the contract, numbers in that of numbers', () => {
    const inUse = new ColumnsInUse();
    const emails = [2, 10].map((position) => ({ position, value: 'x', kind: 'work' as const }));
    const attributes = { extended2: 'x', custom10: 'x', custom9: 'x' };
    inUse.see({
      ...userRecord.parse({ userId: 'x', attributes, groups: ['g'], pin: '1', name: { given: 'x' } }),
      emails,
    });
    expect(inUse.names().join()).toBe(
      'userId,state,name.given,emails.2,emails.2.kind,emails.10,emails.10.kind,groups,attributes.custom9,attributes.custom10,attributes.extended2,pin',
    );
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
    ['userId,name.given,name.given\n', {}, /column name\.given occurs twice/],
    ['userId,firstName,name.given\n', {}, /columns firstName and name\.given are one field/],
    ['userId,phones.1,phone1\n', {}, /columns phones\.1 and phone1 are one field/],
    ['userId,kbq1.question,questions.1.question\n', {}, /are one field/],
    ['userId,state,status\n', {}, /columns state and status are one field/],
    ['userId,Mail,emails.1\n', { Mail: 'email1' }, /columns email1 and emails\.1 are one field/],
    ['userId,kbq1,questions.1\n', {}, /unknown columns: kbq1, questions\.1$/],
    [
      'userId,emails.21,phones.101,emails.0,emails.01\n',
      {},
      /unknown columns: emails\.21, phones\.101, emails\.0, emails\.01$/,
    ],
    [
      'userId,emails.1.id,emails.1.extension,name,name.middle\n',
      {},
      /unknown columns: emails\.1\.id, .*, name, name\.middle$/,
    ],
    [
      'userId,attributes.7,attributes.a.b,questions.Pet.answer,questions.__proto__.answer\n',
      {},
      /unknown columns: attributes\.7, /,
    ],
    ['userId;firstName\n', {}, /no commas/],
    ['firstName\n', {}, /no column userId/],
    ['userId\n', { Mail: 'email1' }, /no such column/],
    ['', {}, /no header row/],
    ['userId,passwordHash\na,$2b"secret"\n', {}, /^line 2: a quote stands within/],
    ['userId,passwordHash\na,"secret" x\n', {}, /^line 2: something follows a closing quote/],
    ['userId,passwordHash\na,"secret\n', {}, /ends within quotes/],
    [`userId,passwordHash\na,"secret${'x'.repeat(longestRecord)}\n`, {}, /^line 2: a row is longer than/],
    [Buffer.from('userId\nM\u00fcller\n', 'latin1'), {}, /not UTF-8: byte 0xfc at 9$/],
    [Buffer.from('userId\nMü\nO\u0092Brien\n', 'latin1'), {}, /not UTF-8: byte 0xfc at 9$/],
    ['sep=;\nuserId;name.given\n', {}, /^the file begins with sep=;$/],
    [Buffer.from('\ufeffuserId\n', 'utf16le'), {}, /not UTF-8 but UTF-16$/],
    [Buffer.from('userId\n', 'utf16le'), {}, /not UTF-8 but UTF-16LE$/],
    [Buffer.from('userId\n', 'utf16le').swap16(), {}, /not UTF-8 but UTF-16BE$/],
    [Buffer.from('fffe0000750000007300', 'hex'), {}, /not UTF-8 but UTF-32$/],
    [Buffer.from('0000feff0000007500000073', 'hex'), {}, /not UTF-8 but UTF-32$/],
    [Buffer.from('7500000073000000', 'hex'), {}, /not UTF-8 but UTF-32LE$/],
    [Buffer.from('0000007500000073', 'hex'), {}, /not UTF-8 but UTF-32BE$/],
    ['userId,name.given\rjane,secret\r', {}, /^the lines end in carriage returns alone$/],
    ['userId\rsecret\r', {}, /^the lines end in carriage returns alone$/],
    [Buffer.from('userId\nM\u00fc', 'utf8').subarray(0, -1), {}, /not UTF-8: byte 0xc3 at 9$/],
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

  it('are read as JSON Lines without a failure but for UTF-16 and UTF-32, each line for itself', async () => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.integer({ min: 1, max: 50 }), async (input, size) => {
        const outcome = await jsonLines(input, size).catch((error: unknown) => error);
        if (Array.isArray(outcome)) inOrder(outcome, input.length);
        else expect(String(outcome)).toMatch(/not UTF-8 but UTF-(?:16|32)/);
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
