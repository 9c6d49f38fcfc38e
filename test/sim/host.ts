/** One process of relay on a machine of its own: the real engine and acceptor over simulated parts. */
import { Engine } from '../../src/relay/engine/engine.ts';
import type { EngineParts } from '../../src/relay/engine/engine-parts.ts';
import { SteadyClock } from '../../src/relay/engine/steady.ts';
import { Acceptor, plainJournal, type NewInput } from '../../src/relay/events/accept.ts';
import type { Channel } from '../../src/relay/events/types.ts';
import type { Transport } from '../../src/relay/messaging/port.ts';
import { duty } from '../../src/relay/oncall/who.ts';
import type { Roster } from '../../src/relay/oncall/types.ts';
import type { JournalRow, Store } from '../../src/relay/store/port.ts';
import { NO_PROBLEMS, idsOf, logOf } from './engine-ports.ts';
import type { Prng } from './prng.ts';
import type { SimClock } from './sim-clock.ts';

export interface HostParts {
  /** The machine's name; it stays when the process is followed by another. */
  host: string;
  /** Names the process. */
  life: string;
  draw: Prng;
  clock: SimClock;
  store: Store;
  /** The roster outlives the process. */
  roster(): Roster;
  disable: EngineParts['disable'];
  transports: Transport[];
  answerable: ReadonlySet<Channel>;
  poison(error: unknown): void;
  log(text: string): void;
}

export class Host {
  readonly #parts: HostParts;
  readonly engine: Engine;
  #acceptor: Acceptor | null = null;

  constructor(parts: HostParts) {
    this.#parts = parts;
    const { clock, store, life, draw } = parts;
    const steady = new SteadyClock(clock, NO_PROBLEMS);
    this.engine = new Engine({
      store,
      clock,
      ids: idsOf(life, draw),
      log: logOf(parts.log),
      problems: NO_PROBLEMS,
      nowMs: () => steady.nowMs(),
      roster: parts.roster,
      duty: (service, atMs, asked) => duty(parts.roster(), service, atMs, [], 'UTC', asked),
      transports: new Map(parts.transports.map((one) => [one.channel, one])),
      answerable: parts.answerable,
      disable: parts.disable,
      poison: (_row, error) => {
        parts.poison(error);
        return Promise.resolve();
      },
      onCommit: () => undefined,
    });
  }

  /** Rejects when the store fails: the daemon would not come up then, and be started again. */
  async start(): Promise<void> {
    const { host, life, store, clock } = this.#parts;
    const lastSeq = await store.lastSeq(host);
    await this.engine.start();
    this.#acceptor = new Acceptor({
      journal: plainJournal(store),
      store,
      clock,
      host,
      life,
      lastSeq,
      onAccepted: (rows, known) => this.engine.accepted(rows, known),
      onUnread: (rows) => this.engine.behind(rows),
    });
  }

  /** Null while it is coming up. */
  get up(): boolean {
    return this.#acceptor !== null;
  }

  accept(inputs: NewInput[]): Promise<JournalRow[]> {
    return this.#acceptor === null
      ? Promise.reject(new Error('connection refused'))
      : this.#acceptor.accept(inputs);
  }

  /** As on SIGTERM. */
  async stop(): Promise<void> {
    this.#acceptor?.close();
    await this.engine.stop();
  }
}
