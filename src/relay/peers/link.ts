/** Calls to the other daemons: one warm line to each, and a connection apart for what is too big to hold others up. */
import { LISTEN_FORM, parseListen } from '../config/listen.ts';
import type { Clock, Log } from '../engine/ports.ts';
import type { Target } from './connect.ts';
import { Line } from './line.ts';
import { decodeAnswer, encodeRequest, kindOf, limitBytesOf } from './methods.ts';
import type { PeerTls } from './names.ts';
import { PeerError, type PeerMethod, type PeerMethods, type Peers } from './port.ts';
import type { Spoken } from './versions.ts';
import { Parcels } from './parcels.ts';

export interface PeersOptions {
  /** This host's name; it is no peer of itself. */
  self: string;
  /** `address`: host:port. This host may be among them. */
  hosts: readonly { name: string; address: string }[];
  tls: PeerTls;
  log: Log;
  clock: Clock;
  /** What this host speaks; absent: what this version does. */
  spoken?: Spoken;
}

/** A body up to this goes over the line that others wait on: some 20 ms of a 100 Mbit/s connection. */
const LINE_BODY_MAX_BYTES = 256 * 1024;

/** Starts to open the links and returns at once. Throws when an address isn't one. */
export function openPeers(options: PeersOptions): Peers {
  const { tls, log, clock, spoken } = options;
  const targets = options.hosts
    .filter(({ name }) => name !== options.self)
    .map(({ name, address }): Target => {
      const parsed = parseListen(address);
      if (parsed === null) throw new Error(`the address of ${name}: expected ${LISTEN_FORM}, got ${address}`);
      return { name, address: parsed, tls, ...(spoken === undefined ? {} : { spoken }) };
    });
  const links = new Map(
    targets.map((target) => [
      target.name,
      { line: new Line(target, clock, log), parcels: new Parcels(target, clock) },
    ]),
  );

  const call = async <M extends PeerMethod>(
    host: string,
    method: M,
    request: PeerMethods[M]['request'],
    timeoutMs: number,
  ): Promise<PeerMethods[M]['answer']> => {
    const link = links.get(host);
    if (link === undefined) throw new PeerError(`${host}: no host of cluster.hosts`);
    const trouble = link.line.trouble;
    if (trouble !== null) throw new PeerError(`${host}: ${method} was not sent: ${trouble}`);
    const body = encodeRequest(method, request);
    if (body.length > limitBytesOf(method))
      throw new PeerError(
        `${host}: ${method} was not sent: it has ${body.length} bytes, at most ${limitBytesOf(method)} are taken`,
      );
    const way = body.length > LINE_BODY_MAX_BYTES ? link.parcels : link.line;
    const answer = await way.call(kindOf(method), body, method, timeoutMs);
    try {
      return decodeAnswer(answer);
    } catch (error) {
      throw new PeerError(`${host}: answered ${method} with something else than JSON`, { cause: error });
    }
  };

  let closing: Promise<void> | null = null;
  const shutDown = async (): Promise<void> => {
    await Promise.all([...links.values()].flatMap(({ line, parcels }) => [line.close(), parcels.close()]));
  };
  return {
    hosts: targets.map(({ name }) => name),
    call,
    close: () => (closing ??= shutDown()),
  };
}
