import type { ComposeFile } from './compose-file.js';

/** Services in an order in which each comes after all that it waits for; those of a profile are left out. */
export function startOrder({ services }: ComposeFile): readonly string[] {
  const order: string[] = [];
  const visit = (name: string, below: readonly string[]) => {
    if (order.includes(name)) return;
    if (below.includes(name)) throw new Error(`services wait for each other: ${[...below, name].join(' -> ')}`);
    for (const needed of Object.keys(services[name]?.depends_on ?? {})) visit(needed, [...below, name]);
    order.push(name);
  };
  for (const [name, { profiles }] of Object.entries(services)) if (profiles === undefined) visit(name, []);
  return order;
}
