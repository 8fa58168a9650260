import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { showProfile } from '@countersign/contracts';
import { GatewayUnderTest } from '../testing/gateway-under-test.js';
const g = new GatewayUnderTest();
beforeAll(async () => {
  await g.open();
  g.services.on(showProfile, ({ userId }) => ({ id: 'x', userId, state: 'active', properties: {}, knowledgeBase: {}, groups: [] }));
});
afterAll(() => g.close());
it('shows', async () => {
  console.log(await g.send({ path: '/demo/api/v1/users/jdoe' }));
  console.log(await g.send({ path: '/demo/api/v1/users/jdoe', method: 'POST', body: '{}' }));
  console.log(await g.send({ path: '/demo/api/v1/nope' }));
  console.log(await g.send({ path: '/healthz' }));
  console.log(await g.send({ path: '/readyz' }));
  console.log(await g.send({ path: '/metrics' }));
  console.log(await g.send({ path: '/admin/api/v1/users/jdoe' }));
  expect(1).toBe(1);
});
