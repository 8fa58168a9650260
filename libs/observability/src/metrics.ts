import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds; from a tenth of a millisecond, which a hop on the bus takes, to the longest deadline. */
const latencyBuckets = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/**
 * The metrics of one service, in a registry of its own, so that many services can share a process. Names begin with
 * `countersign_`. Labels must come from closed lists: never an id, a path or anything a caller chose.
 */
export class Metrics {
  private readonly registry = new Registry();

  constructor(readonly service: string) {
    this.registry.setDefaultLabels({ service });
  }

  /** Adds the process's own metrics (memory, event loop, handles); once per process. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** `collect` is called when the metrics are read, and may add to them what was counted elsewhere until then. */
  counter<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
    collect?: (counter: Counter<Label>) => void,
  ): Counter<Label> {
    return new Counter({ ...this.described(name, help, labelNames), ...collectedBy(collect) });
  }

  /** `collect` is called when the metrics are read. */
  gauge<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
    collect?: (gauge: Gauge<Label>) => void | Promise<void>,
  ): Gauge<Label> {
    return new Gauge({ ...this.described(name, help, labelNames), ...collectedBy(collect) });
  }

  /** Observes seconds. */
  histogram<Label extends string>(name: string, help: string, labelNames: readonly Label[] = []): Histogram<Label> {
    return new Histogram({ ...this.described(name, help, labelNames), buckets: latencyBuckets });
  }

  /** Prometheus text exposition. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  private described<Label extends string>(name: string, help: string, labelNames: readonly Label[]) {
    return { name: `countersign_${name}`, help, labelNames: [...labelNames], registers: [this.registry] };
  }
}

function collectedBy<Metric>(collect: ((metric: Metric) => void | Promise<void>) | undefined) {
  return (
    collect && {
      collect(this: Metric) {
        return collect(this);
      },
    }
  );
}
