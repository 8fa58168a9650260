/** P9, ours: claims as a gateway makes them, over the bus, of the authentication service. */
import { claimRequest, showCredential } from '@countersign/contracts';
import { Bus, Messenger, newAskContext } from '@countersign/messaging';
import { serveClaimer } from '../load/claimer.mjs';

serveClaimer(async ({ natsUrl, applicationId }) => {
  const bus = await Bus.connect({ url: natsUrl, name: `bench-claimer-${process.pid}`, user: 'gateway' });
  const messenger = new Messenger(bus);
  const { version, keys } = await messenger.ask(showCredential, { applicationId }, newAskContext());
  const { keyVersion } = keys[0];
  const actor = { kind: 'application', id: applicationId };
  return async (mac) => {
    const request = { applicationId, version, keyVersion, mac, signedAt: Date.now() };
    const context = newAskContext({ idempotencyKey: `claim:0:${applicationId}:${mac}`, actor });
    const { verdict } = await messenger.ask(claimRequest, request, context);
    if (verdict !== 'won' && verdict !== 'replayed') throw new Error(`a claim is ${verdict}`);
    return verdict === 'won';
  };
});
