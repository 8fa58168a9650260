import { describe, expect, it } from '@jest/globals';
import { describeApi } from '../../apps/gateway/src/description/document.js';
import { dialects } from '../../apps/gateway/src/dialects/dialects.js';
import { DescribedAnswers, type GivenAnswer } from './described-answers.js';

const described = new DescribedAnswers(describeApi(dialects));
const signed = {
  'content-type': 'application/json; charset=utf-8',
  'x-sa-date': 'Fri, 31 Jan 2020 09:05:07 GMT',
  'x-sa-signature': 'N3OS61mcHk/flWvD6qG3qL867IvtdmcCT2wP3uu5klo=',
  'x-request-id': 'a',
  'cache-control': 'no-cache, no-store',
  pragma: 'no-cache',
  expires: '-1',
};
const unknown = { status: 'not_found', message: 'User Id was not found', userId: 'nobody' };

function faultsOf(
  changed: Partial<Omit<GivenAnswer, 'headers'>> & { body?: unknown; headers?: Record<string, string> } = {},
) {
  const { body = unknown, headers = signed, ...rest } = changed;
  return described.faultsOf({
    method: 'GET',
    target: '/demo/api/v1/users/nobody',
    status: 404,
    text: JSON.stringify(body),
    headers: new Headers(headers),
    ...rest,
  });
}

function without(name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(signed).filter(([key]) => key !== name));
}

describe('An answer is as described', () => {
  it('when status, headers and body are among those of the path', () => {
    expect(faultsOf()).toEqual([]);
    expect(faultsOf({ target: '/demo/api/v3/users/nobody/' })).toEqual([]);
    expect(faultsOf({ target: '/demo/api/v2/users?username=nobody' })).toEqual([]);
    expect(faultsOf({ target: '/demo/api/v2/users/CORP/nobody' })).toEqual([]);
  });

  it('when nothing is at the path and the answer says so', () => {
    const body = { status: 'not_found', message: 'The requested resource cannot be found.' };
    expect(faultsOf({ target: '/demo/api/v1/nowhere', body })).toEqual([]);
    expect(faultsOf({ target: '/demo/api/v4/users/jdoe', body })).toEqual([]);
    expect(faultsOf({ method: 'PATCH', body })).toEqual([]);
  });
});

describe('An answer is not as described', () => {
  it('when its status is not among those of the path', () => {
    expect(faultsOf({ status: 201 })).toEqual(['GET /demo/api/v1/users/nobody: 201 is not described']);
    expect(faultsOf({ status: 405 })).not.toEqual([]);
    expect(faultsOf({ target: '/demo/api/v1/nowhere', status: 200 })).not.toEqual([]);
  });

  it('when a text is another, a member is missing, or one is there that is not described', () => {
    expect(faultsOf({ body: { ...unknown, message: 'User Id was not found.' } })).not.toEqual([]);
    expect(faultsOf({ body: { status: 'not_found' } })).not.toEqual([]);
    expect(faultsOf({ body: { ...unknown, id: '1' } })).not.toEqual([]);
  });

  it('when it is that of another endpoint', () => {
    expect(faultsOf({ body: { status: 'error', message: 'Not_Found', userId: 'nobody' } })).not.toEqual([]);
    expect(faultsOf({ method: 'PUT' })).not.toEqual([]);
    expect(faultsOf({ target: '/demo/api/v1/nowhere' })).not.toEqual([]);
  });

  it('when a header that it must have is missing, or has another value', () => {
    expect(faultsOf({ headers: without('cache-control') })).not.toEqual([]);
    expect(faultsOf({ headers: { ...signed, pragma: 'x' } })).not.toEqual([]);
    expect(faultsOf({ headers: { ...signed, 'x-sa-signature': 'short' } })).not.toEqual([]);
    const success = { status: 200, method: 'PUT', body: { status: 'success', message: '' } };
    expect(faultsOf(success)).toEqual([]);
    expect(faultsOf({ ...success, headers: without('x-sa-signature') })).not.toEqual([]);
  });

  it('when it is of another content type', () => {
    expect(faultsOf({ headers: { ...signed, 'content-type': 'text/html' } })).not.toEqual([]);
  });
});
