/**
 * P2, the limit: HMAC-SHA256 of the same two messages, each by two one-shot hashes (RFC 2104), and nothing else. As
 * one writes it down; with `reused`, in buffers that are made once and without any from the native side.
 */
import { hash } from 'node:crypto';
import { answerBody, applicationId, keyText, receivedRequests } from '../load/signed-samples.mjs';
import { serveTightLoop } from '../programs/tight-loop.mjs';

const inner = padded(0x36);
const outer = padded(0x5c);
const innerBlocks = Buffer.concat([inner, Buffer.alloc(4_096)]);
const outerBlocks = Buffer.concat([outer, Buffer.alloc(32)]);

function padded(pad) {
  return Buffer.from(Buffer.from(keyText.padEnd(128, '0'), 'hex').map((byte) => byte ^ pad));
}

function plainHmac(message) {
  const digest = hash('sha256', Buffer.concat([inner, Buffer.from(message)]), 'buffer');
  return hash('sha256', Buffer.concat([outer, digest]), 'base64');
}

function reusingHmac(message) {
  const end = inner.length + innerBlocks.write(message, inner.length, 'latin1');
  outerBlocks.write(hash('sha256', innerBlocks.subarray(0, end), 'binary'), outer.length, 'latin1');
  return hash('sha256', outerBlocks, 'base64');
}

const hmac = process.env.BENCH_HMAC === 'reused' ? reusingHmac : plainHmac;
const messages = receivedRequests(4_000).map(
  ({ path, headers }) => `GET\n${headers['x-sa-ext-date']}\n${applicationId}\n${path}`,
);
const answer = `Fri, 21 Nov 2025 12:00:00 GMT\n${applicationId}\n${answerBody}`;

serveTightLoop((position) => {
  hmac(messages[position % messages.length]);
  hmac(answer);
});
