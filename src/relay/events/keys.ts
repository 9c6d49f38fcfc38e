/** Routing keys: 32 hex characters that the sender holds; the roster holds their SHA-256 only. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { Roster, Service } from '../oncall/types.ts';

/** What a routing key looks like. */
export const ROUTING_KEY = /^[0-9a-f]{32}$/i;

/** SHA-256 of a routing key in hex, as the roster keeps it. Keys are compared in lower case. */
export function hashKey(key: string): string {
  return hash('sha256', key.toLowerCase(), 'hex');
}

/** Whether `key` is one of the live keys of a service or heartbeat; takes as long for a near miss as for a far one. */
export function keyFits(service: Pick<Service, 'keyHashes'>, key: string): boolean {
  const given = Buffer.from(hashKey(key), 'hex');
  let fits = false;
  for (const live of service.keyHashes) {
    const known = Buffer.from(live, 'hex');
    if (known.length === given.length && timingSafeEqual(known, given)) fits = true;
  }
  return fits;
}

/** Finds a key's service: one map look-up, the map made anew with each version of the roster. */
export class KeyBook {
  readonly #roster: () => Roster;
  #of: Roster | null = null;
  #services = new Map<string, string>();

  constructor(roster: () => Roster) {
    this.#roster = roster;
  }

  /** The service's name; null when the key is malformed or nobody's. */
  service(key: string): string | null {
    if (!ROUTING_KEY.test(key)) return null;
    const roster = this.#roster();
    if (roster !== this.#of) {
      if (this.#of?.version !== roster.version) {
        this.#services = new Map(
          roster.services.flatMap((one) =>
            one.keyHashes.map((live): [string, string] => [live.toLowerCase(), one.id]),
          ),
        );
      }
      this.#of = roster;
    }
    // The map is asked by digest, so timing tells about digests, which help nobody to a key.
    return this.#services.get(hashKey(key)) ?? null;
  }
}

/** Overwrites a key in raw bytes, all but its first four characters, so that no journal holds a live key. */
export function redactKey(raw: Uint8Array, key: string): void {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  for (const form of new Set([key, key.toLowerCase(), key.toUpperCase()])) {
    for (let at = bytes.indexOf(form); at !== -1; at = bytes.indexOf(form, at + form.length)) {
      bytes.fill(0x2a, at + 4, at + form.length);
    }
  }
}
