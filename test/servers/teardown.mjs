/** Stops the servers of this run and deletes their folder, with whatever specs left in it. */
export default async function teardown() {
  const { started, endRun } = globalThis.testServers;
  await Promise.all(started.map((server) => server.stop()));
  await endRun();
}
