import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startProgram } from '../programs/program.mjs';
import { makeDatabase } from './stock-database.mjs';

/**
 * A better-auth server with one signed-in user; its session read is what is measured.
 *
 * @param {import('../context.mjs').Context} context
 */
export async function startBetterAuth({ servers }) {
  const postgres = await servers.postgres();
  const program = await startProgram({
    script: join(import.meta.dirname, 'better-auth-server.mjs'),
    env: {
      DATABASE_URL: await makeDatabase(postgres.url, 'better_auth'),
      BETTER_AUTH_SECRET: randomBytes(32).toString('base64url'),
    },
  });
  const target = { url: program.url, paths: ['/api/auth/get-session'] };
  return { program, target: { ...target, signer: { kind: 'cookie', cookie: await signUp(program.url) } } };
}

async function signUp(url) {
  const answer = await fetch(`${url}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'http://127.0.0.1' },
    body: JSON.stringify({
      name: 'Bench',
      email: 'bench@example.com',
      password: randomBytes(15).toString('base64url'),
    }),
  });
  if (!answer.ok) throw new Error(`better-auth answers a sign-up with ${answer.status}: ${await answer.text()}`);
  const cookie = answer.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ');
  const session = await fetch(`${url}/api/auth/get-session`, { headers: { cookie } });
  if ((await session.json())?.user === undefined) throw new Error('better-auth does not know its session');
  return cookie;
}
