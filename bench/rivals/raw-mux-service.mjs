/** P3, the floor's service: the bare NATS client; answers of one turn are published together. */
import { connect } from '@nats-io/transport-node';
import { constantProfile } from '../load/constant-profile.mjs';
import { PublishTogether } from './publish-together.mjs';

const connection = await connect({ servers: process.env.NATS_URL, noAsyncTraces: true });
const together = new PublishTogether(connection);
connection.subscribe('raw.users.find', {
  queue: 'users',
  callback: (_, message) => {
    JSON.parse(message.string());
    together.publish(message.reply, JSON.stringify(constantProfile));
  },
});
await connection.flush();
process.stdout.write('ready -\n');
