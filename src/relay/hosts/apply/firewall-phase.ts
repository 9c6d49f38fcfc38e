/** The firewall as a phase: loaded with a way back, then left where the next boot finds it. */
import { wantedRules } from '../components/firewall/component.ts';
import { applyFirewall, RolledBackError } from '../firewall/apply.ts';
import { stillOpen } from '../firewall/peers.ts';
import { PLACES } from '../places.ts';
import { HostError } from '../ssh/port.ts';
import type { HostWork, Phase } from './work.ts';

const isOff = ({ plan }: HostWork): boolean =>
  plan.firewall !== null || plan.files.some(({ path }) => path === PLACES.firewall.rules);

export const firewall: Phase = {
  name: 'firewall',
  hosts: ({ hosts }) => hosts.filter(isOff),
  atOnce: 5,
  run: async ({ host, remote, context, facts }, { hosts }) => {
    const peers = hosts.filter((other) => other.host.name !== host.name);
    try {
      const proof = await stillOpen(
        host,
        peers.map((other) => other.remote),
      );
      await applyFirewall(remote, wantedRules(context, facts.listening), proof);
    } catch (error) {
      // It has put the old rules back, and says why.
      if (error instanceof RolledBackError) {
        throw new HostError(host.name, 'load the firewall', 1, error.why);
      }
      throw error;
    }
  },
};
