/** P2, the limit: HMAC-SHA256 of the same two messages, each by two one-shot hashes (RFC 2104), and nothing else. */
import { hash } from 'node:crypto';
import { answerBody, applicationId, keyText, receivedRequests } from '../load/signed-samples.mjs';
import { serveTightLoop } from '../process/tight-loop.mjs';

const key = Buffer.from(keyText, 'hex');
const inner = Buffer.alloc(64, 0x36);
const outer = Buffer.alloc(64 + 32, 0x5c);
for (const [index, byte] of key.entries()) {
  inner[index] ^= byte;
  outer[index] ^= byte;
}
const block = Buffer.alloc(4_096);
inner.copy(block);

function hmac(message) {
  const end = 64 + block.write(message, 64, 'latin1');
  outer.write(hash('sha256', block.subarray(0, end), 'binary'), 64, 'latin1');
  return hash('sha256', outer, 'base64');
}

const messages = receivedRequests(4_000).map(
  ({ path, headers }) => `GET\n${headers['x-sa-ext-date']}\n${applicationId}\n${path}`,
);
const answer = `Fri, 21 Nov 2025 12:00:00 GMT\n${applicationId}\n${answerBody}`;

serveTightLoop((position) => {
  hmac(messages[position % messages.length]);
  hmac(answer);
});
