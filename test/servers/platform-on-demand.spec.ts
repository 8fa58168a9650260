import { expect, it } from '@jest/globals';

it('the platform of all journeys is answered to those who know the path, and to no other page or user of the machine', async () => {
  const { origin, pathname } = new URL(process.env['TEST_PLATFORM_URL'] ?? '');
  expect(pathname.length).toBeGreaterThan(40);
  for (const path of ['/', pathname.slice(0, -1), `${pathname}/`, `/x${pathname}`]) {
    const answer = await fetch(`${origin}${path}`, { method: 'POST', body: '{"NODE_OPTIONS":"--import=data:,"}' });
    expect([path, answer.status, await answer.text()]).toEqual([path, 404, '']);
  }
});
