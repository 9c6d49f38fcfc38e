/** Hosts with real certificates that call each other over loopback; time passes by hand. */
import { makeAuthority, makeHostTls, type Authority, type HostTls } from '../../cluster/certificates.ts';
import type { Log } from '../../../src/relay/engine/ports.ts';
import { openPeers } from '../../../src/relay/peers/link.ts';
import type { PeerHandlers, Peers } from '../../../src/relay/peers/port.ts';
import { startPeerServer, type PeerServer } from '../../../src/relay/peers/server.ts';
import type { Spoken } from '../../../src/relay/peers/versions.ts';
import { HandClock } from '../observe/hand-clock.ts';

/** Keeps what was logged, and lets a test wait for a line. */
export class Lines implements Log {
  readonly lines: { level: string; fields: Record<string, unknown>; text: string }[] = [];
  #waiting: { text: string; resolve: () => void }[] = [];

  info(fields: Record<string, unknown>, text: string): void {
    this.#add('info', fields, text);
  }

  warn(fields: Record<string, unknown>, text: string): void {
    this.#add('warn', fields, text);
  }

  error(fields: Record<string, unknown>, text: string): void {
    this.#add('error', fields, text);
  }

  of(text: string): Record<string, unknown>[] {
    return this.lines.filter((line) => line.text === text).map((line) => line.fields);
  }

  /** Resolves with the next line of this text; lines that were there before don't count. */
  next(text: string): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ text, resolve }));
  }

  #add(level: string, fields: Record<string, unknown>, text: string): void {
    this.lines.push({ level, fields, text });
    const heard = this.#waiting.filter((one) => one.text === text);
    this.#waiting = this.#waiting.filter((one) => one.text !== text);
    for (const { resolve } of heard) resolve();
  }
}

const notAsked = (): Promise<never> => Promise.reject(new Error('not asked for in this test'));
const NOTHING: PeerHandlers = {
  take: notAsked,
  forget: notAsked,
  keep: notAsked,
  release: notAsked,
  roster: notAsked,
  state: notAsked,
  handIn: notAsked,
};

export const DOWN = 'there is no link to a host';
export const UP = 'the link to a host is open again';
export const REFUSED = 'a connection to cluster.listen was refused';

/** One test's hosts; `close` ends whatever it started. */
export class ClusterOfHosts {
  readonly clock = new HandClock();
  readonly serverLog = new Lines();
  readonly linkLog = new Lines();
  readonly #authority: Authority;
  readonly #opened: { close(): Promise<void> }[] = [];

  constructor(authority: Authority) {
    this.#authority = authority;
  }

  static async make(): Promise<ClusterOfHosts> {
    return new ClusterOfHosts(await makeAuthority());
  }

  tls(...names: [string, ...string[]]): Promise<HostTls> {
    return makeHostTls(this.#authority, ...names);
  }

  async serve(
    name: string,
    handlers: Partial<PeerHandlers>,
    options: { tls?: HostTls; port?: number; spoken?: Spoken } = {},
  ): Promise<PeerServer> {
    const server = await startPeerServer({
      listen: { host: '127.0.0.1', port: options.port ?? 0 },
      tls: options.tls ?? (await this.tls(name)),
      hosts: ['a1', 'a2', 'b1'],
      handlers: { ...NOTHING, ...handlers },
      log: this.serverLog,
      ...(options.spoken === undefined ? {} : { spoken: options.spoken }),
    });
    this.#opened.push(server);
    return server;
  }

  async link(self: string, to: string, address: string, tls?: HostTls, spoken?: Spoken): Promise<Peers> {
    const peers = openPeers({
      self,
      hosts: [
        { name: to, address },
        { name: self, address: '127.0.0.1:1' },
      ],
      tls: tls ?? (await this.tls(self)),
      log: this.linkLog,
      clock: this.clock,
      ...(spoken === undefined ? {} : { spoken }),
    });
    this.#opened.push(peers);
    return peers;
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map((one) => one.close()));
  }
}
