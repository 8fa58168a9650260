/**
 * Says what every server says once it answers.
 *
 * @param {import('node:http').Server} server listening
 */
export function announce(server) {
  process.stdout.write(`ready http://127.0.0.1:${server.address().port}\n`);
}
