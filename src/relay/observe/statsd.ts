/** Pushes relay's numbers to a StatsD server: what has happened every second, how things stand every ten. */
import type { Config } from '../config/types.ts';
import type { Clock, Log } from '../engine/ports.ts';
import { Points } from './points.ts';
import type { Family } from './series.ts';
import { packed, statsdLine, type Point, type StatsdStyle } from './statsd-lines.ts';
import { StatsdSocket, type StatsdSocketParts } from './statsd-socket.ts';

/** What has happened is told so often, and how things stand every so many times. */
export interface StatsdPace {
  flushMs: number;
  standingEvery: number;
}

/** Ten seconds are how StatsD servers flush: a gauge that is told more often isn't kept. */
const USUAL: StatsdPace = { flushMs: 1_000, standingEvery: 10 };

export interface StatsdParts {
  families: readonly Family[];
  clock: Clock;
  log: Log;
  /** Brings the gauges up to date before they are told; what it returns is waited for. Never rejects. */
  refresh(): void | Promise<void>;
  pace?: StatsdPace;
  /** What a family is called there, without the prefix. */
  nameOf?(name: string): string;
  onLost(packets: number): void;
  lookUp?: StatsdSocketParts['lookUp'];
}

export class Statsd {
  readonly #parts: StatsdParts;
  readonly #pace: StatsdPace;
  #to: Config['metrics'] | null = null;
  #socket: StatsdSocket | null = null;
  #points: Points | null = null;
  #flushes = 0;
  #cancel: () => void = () => undefined;

  constructor(parts: StatsdParts) {
    this.#parts = parts;
    this.#pace = parts.pace ?? USUAL;
  }

  /** Sends there from now on; null or undefined: nowhere. What has been counted and not told yet goes there too. */
  async change(to: Config['metrics'] | null): Promise<void> {
    const before = this.#to;
    if (JSON.stringify(before ?? null) === JSON.stringify(to ?? null)) return;
    this.#to = to ?? null;
    const former = this.#socket;
    this.#cancel();
    if (this.#to === null) {
      this.#socket = null;
      this.#points?.close();
      this.#points = null;
    } else {
      const { families, clock, log, onLost, lookUp } = this.#parts;
      this.#points ??= new Points(families, this.#parts.nameOf);
      this.#socket = new StatsdSocket({
        to: this.#to.statsd,
        clock,
        log,
        onLost,
        ...(lookUp === undefined ? {} : { lookUp }),
      });
      this.#flushes = 0;
      this.#later();
    }
    await former?.close();
  }

  /** Sends what there is for the last time. */
  async stop(): Promise<void> {
    this.#cancel();
    const socket = this.#socket;
    // Whoever stops doesn't wait for a name to be looked up.
    if (socket?.isReady === true) await this.#flush();
    this.#socket = null;
    this.#points?.close();
    this.#points = null;
    this.#to = null;
    await socket?.close();
  }

  #later(): void {
    this.#cancel = this.#parts.clock.after(this.#pace.flushMs, () => {
      void this.#flush();
      this.#later();
    });
  }

  async #flush(): Promise<void> {
    const [points, socket, style] = [this.#points, this.#socket, this.#to];
    if (points === null || socket === null || style === null || style === undefined) return;
    const due: Point[] = [];
    const isStanding = this.#flushes % this.#pace.standingEvery === 0;
    this.#flushes += 1;
    if (isStanding) {
      const refreshed = this.#parts.refresh();
      if (refreshed !== undefined) await refreshed;
      due.push(...points.standing());
    }
    due.push(...points.happened());
    await socket.send(packed(written(due, style)));
  }
}

const written = (points: readonly Point[], style: StatsdStyle): string[] =>
  points.map((point) => statsdLine(point, style)).filter((line) => line !== null);
