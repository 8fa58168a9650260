/** Stops the servers of this run and deletes their folder, with whatever specs left in it. */
export default async function teardown() {
  const { started, platform, endRun } = globalThis.testServers;
  await Promise.all([platform.close(), ...started.map((server) => server.stop())]);
  await endRun();
}
