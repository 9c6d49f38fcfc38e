/** One process of relay on a machine of its own: the real engine and acceptor over simulated parts. */
import type { EngineParts } from '../../src/relay/engine/engine-parts.ts';
import { Engine } from '../../src/relay/engine/engine.ts';
import { SteadyClock } from '../../src/relay/engine/steady.ts';
import { Acceptor, plainJournal, type NewInput } from '../../src/relay/events/accept.ts';
import { openRosterBook, type OpenRosterBook } from '../../src/relay/engine/roster-book.ts';
import { switchOff } from '../../src/relay/daemon/switch-off.ts';
import type { Channel } from '../../src/relay/events/types.ts';
import { byChannel } from '../../src/relay/messaging/by-channel.ts';
import type { Transport } from '../../src/relay/messaging/port.ts';
import type { Roster } from '../../src/relay/oncall/types.ts';
import type { JournalRow, Store } from '../../src/relay/store/port.ts';
import type { RosterChange } from './edits.ts';
import { NO_PROBLEMS, dutyOf, groupedOf, idsOf, logOf } from './engine-ports.ts';
import { Handing } from './handing.ts';
import type { Mutation } from './hosts.ts';
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
  transports: Transport[];
  answerable: ReadonlySet<Channel>;
  pace: EngineParts['pace'];
  zone: string;
  mutation: Mutation;
  poison(error: unknown): void;
  log(text: string): void;
}

/** Nobody else edits the roster: it is read again now and then only for an edit whose outcome was not told. */
const REFRESH_MS = 60_000;

interface Running {
  engine: Engine;
  acceptor: Acceptor;
  roster: OpenRosterBook;
  handing: Handing;
}

export class Host {
  readonly #parts: HostParts;
  #running: Running | null = null;

  constructor(parts: HostParts) {
    this.#parts = parts;
  }

  /** Rejects when the store fails: the daemon would not come up then, and be started again. */
  async start(): Promise<void> {
    const { host, life, store, clock, draw, transports, answerable, pace, zone, mutation } = this.#parts;
    const ids = idsOf(life, draw);
    const roster = await openRosterBook({ store, clock, newOp: () => ids.op(), refreshMs: REFRESH_MS });
    const steady = new SteadyClock(clock, NO_PROBLEMS);
    const engine = new Engine({
      store,
      clock,
      ids,
      log: logOf(this.#parts.log),
      problems: NO_PROBLEMS,
      nowMs: () => steady.nowMs(),
      roster: () => roster.current(),
      duty: dutyOf(() => roster.current(), mutation),
      transports: byChannel(transports),
      answerable,
      pace,
      zone,
      disable: (handover) => switchOff(roster, handover),
      poison: (_row, error) => {
        this.#parts.poison(error);
        return Promise.resolve();
      },
      onCommit: () => undefined,
    });
    const lastSeq = await store.lastSeq(host);
    await engine.start();
    const acceptor = new Acceptor({
      journal: plainJournal(store),
      store,
      clock,
      host,
      life,
      lastSeq,
      grouped: groupedOf(() => roster.current(), mutation),
      onAccepted: (rows, known) => engine.accepted(rows, known),
      onUnread: (rows) => engine.behind(rows),
    });
    const handing = new Handing({
      store,
      roster,
      clock,
      mutation,
      log: logOf(this.#parts.log),
      accept: acceptor.accept,
      newOp: () => ids.op(),
      nowMs: () => steady.nowMs(),
      isMine: () => true,
      isAlone: () => false,
    });
    handing.start();
    this.#running = { engine, acceptor, roster, handing };
  }

  /** False while it is coming up. */
  get up(): boolean {
    return this.#running !== null;
  }

  accept(inputs: NewInput[]): Promise<JournalRow[]> {
    return this.#running?.acceptor.accept(inputs) ?? Promise.reject(new Error('connection refused'));
  }

  /** As a command does. */
  edit(change: RosterChange): Promise<Roster> {
    return this.#running?.roster.edit('root', change) ?? Promise.reject(new Error('connection refused'));
  }

  /** As on SIGTERM. */
  async stop(): Promise<void> {
    this.#running?.acceptor.close();
    this.#running?.handing.stop();
    await this.#running?.engine.stop();
    this.#running?.roster.close();
  }
}
