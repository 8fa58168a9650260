import { Problem } from '@countersign/contracts';
import { describe, expect, it } from '@jest/globals';
import { isConnectionBroken, storeFaultOf, toThrowable, violatesUnique } from './store-fault.js';

function fault(code: string, message = 'x'): Error {
  return Object.assign(new Error(message), { code });
}

describe('a fault of the store', () => {
  it.each([
    ['08006', true],
    ['57P01', true],
    ['57P02', true],
    ['57P03', true],
    ['25006', true],
    ['ECONNREFUSED', true],
    ['ECONNRESET', true],
    ['53300', false],
    ['57014', false],
    ['55P03', false],
  ])('%s is unavailability; connection broken: %s', (code, isBroken) => {
    expect(storeFaultOf(fault(code))).toBe('unavailable');
    expect(isConnectionBroken(fault(code))).toBe(isBroken);
    expect(toThrowable(fault(code))).toMatchObject({ code: 'store.unavailable', retryAfterSeconds: 1 });
  });

  it.each([
    'timeout exceeded when trying to connect',
    'timeout expired',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Query read timeout',
    'Client has encountered a connection error and is not queryable',
  ])('"%s", which comes without a code, breaks the connection', (message) => {
    expect(isConnectionBroken(new Error(message))).toBe(true);
  });

  it.each(['40001', '40P01'])('%s is a conflict', (code) => {
    expect(storeFaultOf(fault(code))).toBe('conflict');
  });

  it.each(['23505', '42P01', '28P01', '3D000', '22P02'])('%s is a fault of the statement', (code) => {
    expect(storeFaultOf(fault(code))).toBeUndefined();
  });

  it('says what operators have to know: that the disk is full', () => {
    expect(toThrowable(fault('53100'))).toMatchObject({ detail: 'no space is left on the disk of postgresql (53100)' });
    expect(toThrowable(fault('57014'))).toMatchObject({ detail: '57014' });
  });

  it('is known below the wrapping of TypeORM', () => {
    expect(storeFaultOf(Object.assign(new Error('x'), { driverError: fault('ECONNREFUSED') }))).toBe('unavailable');
  });

  it('passes problems on as they are', () => {
    const problem = new Problem('user.exists');
    expect(toThrowable(problem)).toBe(problem);
  });
});

describe('an error that leaves the store', () => {
  it('quotes no value', () => {
    const error = Object.assign(fault('23505', 'duplicate key value violates unique constraint "user_email_key"'), {
      detail: 'Key (email)=(jdoe@example.com) already exists.',
      constraint: 'user_email_key',
    });
    expect(JSON.stringify(toThrowable(error))).not.toContain('jdoe');
    expect(violatesUnique(error, 'user_email_key')).toBe(true);
    expect(violatesUnique(error, 'user_other_key')).toBe(false);
    const quoting = toThrowable(fault('22P02', 'invalid input syntax: "hunter2"')) as Error;
    expect(`${quoting.message}${quoting.stack}`).not.toContain('hunter2');
  });
});
