import { withBus } from '../../bus/operator-bus.js';
import { discover, type StatsReply, statsReply } from '../../bus/service-discovery.js';
import type { Invocation } from '../../invocation.js';
import { printList } from '../../output/result.js';

/** Lists the processes on the bus. */
export async function listServices(invocation: Invocation): Promise<undefined> {
  const services = await withBus(invocation, (bus) => discover(bus, 'STATS', statsReply));
  printList(invocation.terminal, services, {
    noun: 'services on the bus',
    name: ({ name, id }) => `${name}.${id}`,
    columns: [
      { title: 'SERVICE', value: ({ name }) => name },
      { title: 'VERSION', value: ({ version }) => version },
      { title: 'STARTED', value: ({ started }) => started },
      { title: 'SUBJECTS', value: ({ endpoints }) => String(endpoints.length) },
      { title: 'REQUESTS', value: (service) => String(sumOf(service, 'num_requests')) },
      { title: 'ERRORS', value: (service) => String(sumOf(service, 'num_errors')) },
      { title: 'ID', value: ({ id }) => id },
    ],
  });
}

function sumOf({ endpoints }: StatsReply, field: 'num_requests' | 'num_errors'): number {
  return endpoints.reduce((sum, endpoint) => sum + endpoint[field], 0);
}
