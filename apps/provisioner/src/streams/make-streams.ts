import { Bus, busOptionsOf } from '@countersign/messaging';
import { durableConsumers, type ProvisionedStream, provisionStreams, streamNames } from '@countersign/provisioning';
import type { StreamsSettings } from '../settings.js';

/** Makes the streams and the consumers of all who may hear events, or brings them to the form of the settings. */
export async function makeStreams(settings: StreamsSettings): Promise<string> {
  const bus = await Bus.connect(busOptionsOf(settings, 'provisioner', process.pid));
  try {
    const streams = await provisionStreams(bus.connection, {
      replicas: settings.STREAM_REPLICAS,
      maxAgeDays: settings.STREAM_MAX_AGE_DAYS,
      maxBytes: settings.STREAM_MAX_BYTES,
    });
    const consumers = durableConsumers.map(({ stream, durable }) => `${stream} ${durable}`).join(', ');
    const summary = `streams ${streamNames.join(', ')} exist, with ${settings.STREAM_REPLICAS} copies each, and consumers ${consumers}`;
    return [summary, ...streams.flatMap(remarkOn)].join('\n');
  } finally {
    await bus.close();
  }
}

function remarkOn({ stream, maxBytes, wantedBytes }: ProvisionedStream): readonly string[] {
  if (maxBytes >= wantedBytes) return [];
  return [`stream ${stream} may hold ${maxBytes} bytes of ${wantedBytes}: nats has no room to set more aside`];
}
