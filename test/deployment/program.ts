import { runningServices } from '@countersign/contracts';

/** The images of the product: one for each program that serves, and one for what is run once. */
export const images = ['gateway', ...runningServices, 'jobs'] as const;

/** Where something outside of a container appears in it. */
export interface Mount {
  readonly path: string;
  /** Name of the volume, or of the Secret. */
  readonly volume: string;
  readonly isReadOnly: boolean;
}

/** A program of ours as a manifest runs it, whatever kind of manifest. */
export interface DeployedProgram {
  /** As the manifest calls it. */
  readonly name: string;
  /** Stage of the Dockerfile. */
  readonly image: string;
  /** All of it: entry point and arguments. */
  readonly command: readonly string[];
  /** What the manifest sets; what the image sets comes before. */
  readonly environment: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly replicas: number;
  /** Whether it does one thing and ends. */
  readonly isJob: boolean;
  /** Paths that are asked to see how it is. */
  readonly probes: readonly string[];
}

/** `registry.example.com/countersign/gateway:0.1.0` -> `gateway`; undefined for images that are not ours. */
export function imageStage(image: string): string | undefined {
  return /(?:^|\/)countersign\/([a-z-]+):/.exec(image)?.[1];
}
