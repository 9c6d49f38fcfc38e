/**
 * Whether mail to a domain comes in at this relay: follows the domain's MX records as any sender would, and knocks.
 * Our own mail server greets with an id (`door-id.ts`), the same on all hosts of one relay.
 *
 * What this can't see: a firewall that lets this machine in and others not, or the other way round; a mail server in
 * between that hands mail on to relay. For those `mail.replyWorks` is set by hand.
 */
import { greet, type Greeted } from './greeting.ts';
import type { Mx, MxHost } from './mx.ts';
import type { WayBack } from './types.ts';

export interface Knocking {
  /** Where mail servers listen: 25, other than in tests. */
  port: number;
  id: string;
  withinMs: number;
  /** This machine's own addresses. */
  ownAddresses: readonly string[];
}

interface Met {
  host: MxHost;
  address: string;
  greeted: Greeted;
}

const ADDRESSES_MAX = 8;

/** Never rejects; takes `withinMs` at most. */
export async function wayBack(mx: Mx, knocking: Knocking): Promise<WayBack> {
  const { domain, hosts } = mx;
  const doors = hosts
    .flatMap((host) => host.addresses.map((address) => ({ host, address })))
    .slice(0, ADDRESSES_MAX);
  if (doors.length === 0) {
    const why =
      hosts.length > 0 ? `its MX ${hosts[0]?.name ?? ''} has no address` : 'no MX record leads anywhere';
    return { works: false, text: `mail to ${domain} goes nowhere: ${why}` };
  }
  const met = await Promise.all(
    doors.map(async ({ host, address }): Promise<Met> => {
      const greeted = await greet({ host: address, port: knocking.port }, knocking.id, knocking.withinMs);
      return { host, address, greeted };
    }),
  );
  return verdict(domain, met, knocking);
}

function verdict(domain: string, met: readonly Met[], { port, ownAddresses }: Knocking): WayBack {
  const ours = met.find(({ greeted }) => greeted.kind === 'ours');
  const other = met.find(({ greeted }) => greeted.kind === 'other');
  if (other?.greeted.kind === 'other' && (ours === undefined || other.host.priority <= ours.host.priority)) {
    const says = other.greeted.text === '' ? '' : ` ("${other.greeted.text}")`;
    const also = ours === undefined ? '' : ', though relay answers at another of its MX';
    return {
      works: false,
      text: `mail to ${domain} goes to ${other.host.name}, which is another mail server${says}${also}`,
    };
  }
  if (ours !== undefined) {
    return { works: true, text: `mail to ${domain} comes in here (${ours.host.name} answers as this relay)` };
  }
  const [first] = met;
  const own = met.find(
    ({ address, greeted }) => ownAddresses.includes(address) && greeted.kind === 'away' && greeted.isRefused,
  );
  if (own !== undefined) {
    return {
      works: false,
      text: `mail to ${domain} leads to this machine (${own.address}), but nothing listens on port ${port}: set smtp.listen, or forward the port`,
    };
  }
  const why = first?.greeted.kind === 'away' ? first.greeted.why : 'no answer';
  return {
    works: null,
    text:
      `mail to ${domain} goes to ${first?.host.name ?? ''}, where port ${port} can't be reached from here (${why}): ` +
      'a firewall on the way out hides whether that is this relay',
  };
}
