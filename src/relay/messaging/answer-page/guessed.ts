/** Counts links that lead nowhere, by the address that asked: whoever tries many is told to wait. */
import { isIPv6 } from 'node:net';

const MOST = 30;
const WITHIN_MS = 10 * 60_000;
const ADDRESSES_KEPT = 10_000;

export class Guessed {
  readonly #tries = new Map<string, { count: number; untilMs: number }>();

  /** One more from there; false: that was one too many. A link that is right is never asked about. */
  mayAsk(address: string, nowMs: number): boolean {
    const from = network(address);
    const known = this.#tries.get(from);
    if (known === undefined || known.untilMs <= nowMs) {
      this.#tries.delete(from);
      // The oldest goes first: whoever floods from many addresses forgets only other strangers.
      const [oldest] = this.#tries.keys();
      if (this.#tries.size >= ADDRESSES_KEPT && oldest !== undefined) this.#tries.delete(oldest);
      this.#tries.set(from, { count: 1, untilMs: nowMs + WITHIN_MS });
      return true;
    }
    known.count += 1;
    return known.count <= MOST;
  }
}

/** Whoever has one IPv6 address has all of its /64. */
function network(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('::');
  const first = head.split(':');
  const zeros = 8 - first.length - (tail === '' ? 0 : tail.split(':').length);
  return [...first, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...tail.split(':')]
    .slice(0, 4)
    .join(':');
}
