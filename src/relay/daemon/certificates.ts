/** Until when the certificates in use are valid: whoever watches the metrics hears in time that one has to be renewed. */
import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ownCertificate } from '../config/paths.ts';
import type { Config } from '../config/types.ts';
import type { Log } from '../engine/ports.ts';

/** By what each is for. */
const filesOf = ({ http, smtp, cluster, store, keyDir }: Config): [use: string, file: string | null][] => {
  const own = ownCertificate(keyDir).certFile;
  const cassandra = store.kind === 'cassandra' ? store.tls : null;
  return [
    ['http', http?.tls?.certFile ?? null],
    ['smtp', smtp === null ? null : (smtp.tls?.certFile ?? (existsSync(own) ? own : null))],
    ['cluster', cluster?.tls.certFile ?? null],
    ['cluster-ca', cluster?.tls.caFile ?? null],
    ['cassandra', cassandra?.certFile ?? null],
    ['cassandra-ca', cassandra?.caFile ?? null],
  ];
};

/** What is taken into use by a start only. */
const BY_START = new Set(['cluster', 'cluster-ca', 'cassandra', 'cassandra-ca']);

export class Certificates {
  readonly #log: Log;
  #expiries = new Map<string, number>();
  #isRead = false;

  constructor(log: Log) {
    this.#log = log;
  }

  /** In milliseconds since the epoch, by use. */
  get expiries(): ReadonlyMap<string, number> {
    return this.#expiries;
  }

  /**
   * At the start, and when a reload has taken certificates into use: those that only a start takes stay as they are.
   * Never rejects; a file that can't be read is left out, which its door complains of.
   */
  async read(config: Config): Promise<void> {
    const next = new Map<string, number>();
    for (const [use, file] of filesOf(config)) {
      const kept = this.#isRead && BY_START.has(use) ? this.#expiries.get(use) : undefined;
      const expiresAtMs = kept ?? (file === null ? null : await this.#expiry(file));
      if (expiresAtMs !== null) next.set(use, expiresAtMs);
    }
    this.#expiries = next;
    this.#isRead = true;
  }

  /** The first that ends, of a file with several. */
  async #expiry(file: string): Promise<number | null> {
    try {
      const text = await readFile(file, 'utf8');
      const pems = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/gu) ?? [];
      const ends = pems.map((pem) => Date.parse(new X509Certificate(pem).validTo));
      return ends.length === 0 ? null : Math.min(...ends);
    } catch (error) {
      this.#log.warn({ file, err: error }, 'until when a certificate is valid could not be read');
      return null;
    }
  }
}
