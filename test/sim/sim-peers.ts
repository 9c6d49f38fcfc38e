/**
 * Calls between simulated hosts: as JSON, at most once, and with no promise about when. A call may be carried out long
 * after its caller has given up, or carried out with its answer lost.
 */
import {
  PeerError,
  type PeerHandlers,
  type PeerMethod,
  type PeerMethods,
  type Peers,
} from '../../src/relay/peers/port.ts';
import type { ClusterFaults } from './cluster-profile.ts';
import type { Network } from './network.ts';
import type { Prng } from './prng.ts';
import type { Process } from './process.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface Callee {
  process: Process;
  /** Null while it is coming up. */
  handlers: Partial<PeerHandlers> | null;
}

export interface SimPeersParts {
  self: string;
  hosts: readonly string[];
  network: Network;
  time: VirtualTime;
  draw: Prng;
  process: Process;
  faults(): ClusterFaults;
  /** Who runs there at present. */
  callee(host: string): Callee | null;
  line(text: string): void;
}

/** A link that hears nothing asks, and is given up when nothing comes: so soon, and then again so often. */
const LINK_NOTICES_MS = 6_500;
/** How much later than its caller's patience a call may still arrive. */
const LATEST_MS = 60_000;

export class SimPeers implements Peers {
  readonly hosts: readonly string[];
  readonly #parts: SimPeersParts;

  constructor(parts: SimPeersParts) {
    this.#parts = parts;
    this.hosts = parts.hosts.filter((host) => host !== parts.self);
  }

  call<M extends PeerMethod>(
    host: string,
    method: M,
    request: PeerMethods[M]['request'],
    timeoutMs: number,
  ): Promise<PeerMethods[M]['answer']> {
    const { self, network, time, draw, process, faults, line } = this.#parts;
    const lost = draw.chance(faults().peerLoss) ? draw.pick(['request', 'answer', 'late'] as const) : null;
    if (lost !== null) line(`FAULT ${method} from ${self} to ${host}: ${lost}`);
    const thereMs =
      (network.tripMs(self, host) / 2) * (1 + draw.next() * 0.2) +
      (lost === 'late' ? draw.int(0, LATEST_MS) : 0);
    const json = onTheWire(request);
    return new Promise((resolve, reject) => {
      const refuse = (why: string): void => reject(new PeerError(`${host}: ${why}`));
      let over = false;
      const cancelLate = time.schedule(timeoutMs, () => process.deliver(() => refuse('no answer in time')));
      const endsLate = (): void => {
        over = true;
        cancelLate();
      };
      const watchLink = (): void => {
        if (over) return;
        if (!this.#isLost(host)) time.schedule(LINK_NOTICES_MS, watchLink);
        else process.deliver(() => refuse('the link is lost'));
      };
      if (timeoutMs > LINK_NOTICES_MS) time.schedule(LINK_NOTICES_MS, watchLink);
      const back = (give: () => void): void => {
        if (lost === 'answer' || network.between(self, host) === 'no-way-back') return;
        time.schedule(network.tripMs(self, host) / 2, () => {
          endsLate();
          process.deliver(give);
        });
      };
      const arrive = (): void => {
        // A machine that is down answers nothing; one without the process refuses.
        if (network.isDown(host)) return;
        const callee = this.#parts.callee(host);
        if (callee === null) back(() => refuse('connection refused'));
        else callee.process.deliver(() => this.#carryOut(callee, method, json, { back, resolve, refuse }));
      };
      if (lost === 'request' || network.between(self, host) === 'no-way-out') return;
      time.schedule(thereMs, arrive);
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #isLost(host: string): boolean {
    const { self, network, callee } = this.#parts;
    const there = callee(host)?.process;
    return (
      network.isDown(host) ||
      network.between(self, host) !== 'open' ||
      there === undefined ||
      there.paused ||
      there.dead
    );
  }

  #carryOut<M extends PeerMethod>(
    callee: Callee,
    method: M,
    json: string,
    to: {
      back(give: () => void): void;
      resolve(answer: PeerMethods[M]['answer']): void;
      refuse(why: string): void;
    },
  ): void {
    const handler = callee.handlers?.[method];
    if (handler === undefined) {
      to.back(() => to.refuse('it is not up'));
      return;
    }
    handler(offTheWire(json) as PeerMethods[M]['request'], this.#parts.self).then(
      (answer) => {
        // JSON has no undefined: what answers nothing answers null.
        const said = JSON.stringify(answer);
        if (!callee.process.dead) to.back(() => to.resolve(JSON.parse(said) as PeerMethods[M]['answer']));
      },
      (error: unknown) => {
        if (!callee.process.dead) to.back(() => to.refuse(String(error)));
      },
    );
  }
}

/** As the link carries it: JSON, and raw bytes apart. */
const onTheWire = (value: unknown): string =>
  JSON.stringify(value, (_key, one: unknown) => (one instanceof Uint8Array ? { bytes: [...one] } : one));

const offTheWire = (json: string): unknown =>
  JSON.parse(json, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && 'bytes' in one ? new Uint8Array(one.bytes as number[]) : one,
  );
