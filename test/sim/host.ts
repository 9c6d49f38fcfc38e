/** One process of relay: the real engine and acceptor over simulated parts. It may die at any moment, and another follows. */
import { Engine } from '../../src/relay/engine/engine.ts';
import type { Ids, Log, Problems } from '../../src/relay/engine/ports.ts';
import { SteadyClock } from '../../src/relay/engine/steady.ts';
import { Acceptor, plainJournal, type NewInput } from '../../src/relay/events/accept.ts';
import type { Channel } from '../../src/relay/events/types.ts';
import type { Transport } from '../../src/relay/messaging/port.ts';
import { duty } from '../../src/relay/oncall/who.ts';
import type { Roster } from '../../src/relay/oncall/types.ts';
import type { JournalRow, Store } from '../../src/relay/store/port.ts';
import type { Prng } from './prng.ts';
import type { SimClock } from './sim-clock.ts';
import type { VirtualTime } from './virtual-time.ts';

export interface HostParts {
  name: string;
  draw: Prng;
  time: VirtualTime;
  clock: SimClock;
  store: Store;
  /** The roster outlives the process. */
  roster(): Roster;
  disable(person: string, channel: Channel, address: string, why: string): void;
  transports: Transport[];
  answerable: ReadonlySet<Channel>;
  dead(): boolean;
  poison(error: unknown): void;
  log(text: string): void;
}

export class Host {
  readonly #parts: HostParts;
  readonly engine: Engine;
  #acceptor: Acceptor | null = null;
  #ops = 0;

  constructor(parts: HostParts) {
    this.#parts = parts;
    const { clock, store, time } = parts;
    const problems: Problems = { raise: () => undefined, clear: () => undefined };
    const steady = new SteadyClock(clock, problems);
    this.engine = new Engine({
      store,
      clock,
      ids: this.#ids(),
      log: logOf(parts.log),
      problems,
      nowMs: () => steady.nowMs(),
      roster: parts.roster,
      duty: (service, atMs) => duty(parts.roster(), service, atMs, []),
      transports: new Map(parts.transports.map((one) => [one.channel, one])),
      answerable: parts.answerable,
      disable: ({ person, channel, address, why }) =>
        new Promise((resolve) => {
          time.schedule(parts.draw.next() * 5, () => {
            if (parts.dead()) return;
            parts.disable(person, channel, address, why);
            resolve();
          });
        }),
      poison: (_row, error) => {
        parts.poison(error);
        return Promise.resolve();
      },
      onCommit: () => undefined,
    });
  }

  /** Rejects when the store fails: the daemon would not come up then, and be started again. */
  async start(): Promise<void> {
    const { name, store, clock } = this.#parts;
    const lastSeq = await store.lastSeq('host');
    await this.engine.start();
    this.#acceptor = new Acceptor({
      journal: plainJournal(store),
      store,
      clock,
      host: 'host',
      life: name,
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

  #ids(): Ids {
    const { name, draw } = this.#parts;
    return {
      op: () => {
        this.#ops += 1;
        // As long as a uuid, so that states are as large as in real life.
        return `${name}-${this.#ops}`.padStart(36, '0');
      },
      chance: () => draw.next(),
    };
  }
}

function logOf(write: (text: string) => void): Log {
  const said = (fields: Record<string, unknown>, text: string): void => {
    const { err } = fields;
    const error = err instanceof Error ? `: ${err.message}` : '';
    const about = fields['aggregate'] ?? fields['row'] ?? fields['message'] ?? '';
    write(`log ${typeof about === 'string' ? about : ''} ${text}${error}`);
  };
  return { info: said, warn: said, error: said };
}
