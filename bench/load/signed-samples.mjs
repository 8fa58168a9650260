import { applicationKey, signRequest } from '@countersign/signing';

/** What the two loops of P2 work on: reads of many users, as a server gets them, and an answer as it sends it. */
export const applicationId = 'b0c1d2e3f405162738495a6b7c8d9eaf';
export const keyText = '5e'.repeat(32);
export const answerBody = JSON.stringify({
  status: 'found',
  message: '',
  userId: 'u00001',
  properties: {
    firstName: { value: 'Given', isWritable: 'true' },
    lastName: { value: 'Family', isWritable: 'true' },
    phone1: { value: '+12025550100', isWritable: 'true' },
    email1: { value: 'u00001@example.com', isWritable: 'true' },
  },
  knowledgeBase: {},
  groups: ['Readers'],
  accessHistories: [],
});

/** @param {number} count */
export function receivedRequests(count) {
  const key = applicationKey(keyText);
  return Array.from({ length: count }, (_, position) => {
    const path = `/bench/api/v1/users/u${String(position).padStart(5, '0')}`;
    const date = Date.now() + position;
    const { authorization, dateHeader } = signRequest({ method: 'GET', path, applicationId, key, date });
    return { path, headers: { host: '127.0.0.1', authorization, 'x-sa-ext-date': dateHeader.value } };
  });
}
