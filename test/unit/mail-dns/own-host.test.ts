import { networkInterfaces } from 'node:os';
import { expect, it } from 'vitest';
import { ownHost, sourceAddresses } from '../../../src/relay/mail-dns/own-host.ts';

const listed = Object.values(networkInterfaces())
  .flatMap((list) => list ?? [])
  .map(({ address }) => address);

it('where the list of addresses is kept from relay, those that packets leave from are found', async () => {
  // Without a network there are none; what is found is always one of this machine's.
  for (const address of await sourceAddresses()) expect(listed).toContain(address);
});

it('a machine without a name that others know gets one below the domain, or that of its pages', async () => {
  const { name } = await ownHost(null, 'alerts.example.com');
  const named = await ownHost('https://pager.relay.dev/x', 'alerts.example.com');
  if (name === 'relay.alerts.example.com') expect(named.name).toBe('pager.relay.dev');
  else expect(named.name).toBe(name);
});
