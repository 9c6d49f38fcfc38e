/**
 * Sends packets to a StatsD server and waits for nothing: what can't be sent at once is lost and counted. A server that
 * isn't there costs nobody anything.
 */
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Listen } from '../config/types.ts';
import type { Clock, Log } from '../engine/ports.ts';

/** A name is looked up anew after so long: servers move. */
const LOOK_UP_AFTER_MS = 60_000;
/** Packets that may be on their way into the kernel, or wait for the name to be looked up; 360 KB at most. */
const UNDER_WAY = 256;

interface Address {
  address: string;
  family: number;
}

export interface StatsdSocketParts {
  to: Listen;
  clock: Pick<Clock, 'monoMs'>;
  log: Log;
  /** The system's own unless a test has another. */
  lookUp?(host: string): Promise<Address>;
  /** Told of packets that were not sent. */
  onLost(packets: number): void;
}

export class StatsdSocket {
  readonly #parts: StatsdSocketParts;
  readonly #lookUp: (host: string) => Promise<Address>;
  #socket: Socket | null = null;
  #address: Address | null = null;
  #lookedUpMonoMs = -Infinity;
  #looking: Promise<void> | null = null;
  #underWay = 0;
  #closed = false;
  /** The last packet could not be sent, and the log says so. */
  #complained = false;

  constructor(parts: StatsdSocketParts) {
    this.#parts = parts;
    this.#lookUp = parts.lookUp ?? ((host) => lookup(host));
    const family = isIP(parts.to.host);
    if (family !== 0) this.#address = { address: parts.to.host, family };
  }

  /** It knows where to send to. */
  get isReady(): boolean {
    return this.#address !== null;
  }

  /** Resolves when each packet was handed to the kernel or is lost; never rejects, and nobody need wait for it. */
  async send(packets: readonly string[]): Promise<void> {
    const room = Math.max(0, UNDER_WAY - this.#underWay);
    const taken = packets.slice(0, room);
    if (taken.length < packets.length) this.#parts.onLost(packets.length - taken.length);
    this.#underWay += taken.length;
    try {
      await this.#knowAddress();
      await Promise.all(taken.map((packet) => this.#put(packet)));
    } finally {
      this.#underWay -= taken.length;
    }
  }

  /** Resolves when the socket is closed. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#dropSocket();
  }

  /** A name's first look-up is waited for, later ones go on beside. */
  async #knowAddress(): Promise<void> {
    const { to, clock } = this.#parts;
    if (isIP(to.host) !== 0 || this.#closed) return;
    if (this.#looking === null && clock.monoMs() - this.#lookedUpMonoMs >= LOOK_UP_AFTER_MS) {
      this.#lookedUpMonoMs = clock.monoMs();
      this.#looking = this.#look(to.host).finally(() => {
        this.#looking = null;
      });
    }
    if (this.#address === null) await this.#looking;
  }

  async #look(host: string): Promise<void> {
    try {
      const found = await this.#lookUp(host);
      if (found.family !== this.#address?.family) await this.#dropSocket();
      this.#address = found;
    } catch (error) {
      // The one it had may still be right.
      if (this.#address === null) this.#complain(error);
    }
  }

  #put(packet: string): Promise<void> {
    const address = this.#address;
    if (address === null || this.#closed) {
      this.#parts.onLost(1);
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const ended = (error: Error | null): void => {
        if (error === null) this.#complained = false;
        else {
          this.#parts.onLost(1);
          this.#complain(error);
        }
        resolve();
      };
      this.#open(address.family).send(packet, this.#parts.to.port, address.address, ended);
    });
  }

  #open(family: number): Socket {
    if (this.#socket !== null) return this.#socket;
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    socket.on('error', (error) => this.#complain(error));
    // It must not keep a process alive that has nothing else to do.
    socket.unref();
    this.#socket = socket;
    return socket;
  }

  #dropSocket(): Promise<void> {
    const socket = this.#socket;
    this.#socket = null;
    return new Promise((resolve) => {
      if (socket === null) resolve();
      else socket.close(resolve);
    });
  }

  #complain(error: unknown): void {
    if (this.#complained) return;
    this.#complained = true;
    this.#parts.log.warn(
      { err: error },
      'numbers can not be sent to metrics.statsd; check its host and port, they are sent again by themselves',
    );
  }
}
