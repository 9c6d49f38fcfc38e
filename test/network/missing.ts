/** What the tests of hosts' networks need of this machine. */
import { programOf } from '../programs.ts';

/** Why the tests with a real HAProxy can't run, with what to do about it; null where they can. */
export const missingHaproxy = (): string | null =>
  programOf('haproxy') === null ? 'they need HAProxy: on Debian, apt-get install haproxy' : null;

/** Why rules can't be tried in the kernel; null where they can. */
export function missingFirewall(): string | null {
  if (programOf('nft') === null || programOf('ip') === null)
    return 'they need nft and ip: on Debian, apt-get install nftables iproute2';
  if (process.getuid?.() !== 0) return 'they need root, for network namespaces of their own';
  return null;
}
