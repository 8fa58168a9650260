/**
 * Whether the service in this container is well: exit code 0 when it answers, else 1. For the health check of an image,
 * which has no curl. The argument is what to ask: `/healthz` (alive, by default) or `/readyz` (can do its work).
 */
const address = `http://127.0.0.1:${process.env.COUNTERSIGN_PORT}${process.argv[2] ?? '/healthz'}`;
const answer = await fetch(address, { signal: AbortSignal.timeout(3_000) }).catch((error) => error);
if (!answer.ok) {
  process.stderr.write(
    `${address}: ${answer instanceof Error ? (answer.cause?.code ?? answer.name) : answer.status}\n`,
  );
  process.exitCode = 1;
}
