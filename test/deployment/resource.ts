/** One object of a cluster, as a manifest writes it. */
export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: each kind has a shape of its own, and is checked against its schema
  readonly spec?: any;
  readonly data?: Readonly<Record<string, string>>;
}
