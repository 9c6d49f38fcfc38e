/** Questions to DNS. No record is an answer; only a server that doesn't answer, or fails, is an error. */
import { Resolver } from 'node:dns/promises';
import type { MxRecord } from 'node:dns';
import { isIP } from 'node:net';

/** DNS gave no answer: nothing is known. */
export class DnsSilentError extends Error {
  override name = 'DnsSilentError';
}

const QUERY_MS = 2_000;
const TRIES = 2;
/** The name, or the record, doesn't exist. */
const ABSENT = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);

export class Lookup {
  readonly #resolver: Resolver;

  /** Without a resolver: the system's servers. */
  constructor(resolver: Resolver = new Resolver({ timeout: QUERY_MS, tries: TRIES })) {
    this.#resolver = resolver;
  }

  /** Best first. A single record with an empty name says that the domain takes no mail (RFC 7505). */
  async mx(name: string): Promise<MxRecord[]> {
    const records = await orNone(name, () => this.#resolver.resolveMx(name));
    return records.toSorted((a, b) => a.priority - b.priority || (a.exchange < b.exchange ? -1 : 1));
  }

  /** Each record as one text. */
  async txt(name: string): Promise<string[]> {
    return (await orNone(name, () => this.#resolver.resolveTxt(name))).map((parts) => parts.join(''));
  }

  /** IPv4 before IPv6; an address is its own. */
  async addresses(host: string): Promise<string[]> {
    if (isIP(host) !== 0) return [host];
    const [four, six] = await Promise.all([
      orNone(host, () => this.#resolver.resolve4(host)),
      orNone(host, () => this.#resolver.resolve6(host)),
    ]);
    return [...four, ...six];
  }

  /** The names that an address says it has. */
  names(address: string): Promise<string[]> {
    return orNone(address, () => this.#resolver.reverse(address));
  }

  /** As node:dns/promises has it, for a library that asks by itself. */
  readonly resolve = (name: string, type: string): Promise<unknown> => this.#resolver.resolve(name, type);

  /** Whoever waits is told that DNS is silent. */
  cancel(): void {
    this.#resolver.cancel();
  }
}

async function orNone<T>(name: string, ask: () => Promise<T[]>): Promise<T[]> {
  try {
    return await ask();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    if (ABSENT.has(code)) return [];
    throw new DnsSilentError(`DNS does not answer for ${name} (${code})`, { cause: error });
  }
}
