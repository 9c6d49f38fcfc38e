/**
 * A host's life between two crashes: its keeper, and gates in front of all that it touches. A dead life's calls never
 * arrive and are never answered; what it had asked to be dropped, and was still gathering, is forgotten.
 */
import { Keeper } from '../../../../src/relay/events/spool/keeper.ts';
import type { SpoolStore } from '../../../../src/relay/events/spool/current-store.ts';
import type { SpoolPeers } from '../../../../src/relay/events/spool/peer-round.ts';
import type { Owner, Spool } from '../../../../src/relay/events/spool/port.ts';
import { ProblemBoard } from '../../../../src/relay/observe/problems.ts';
import type { JournalRow, WorkId } from '../../../../src/relay/store/port.ts';
import { HandClock } from '../../../contract/hand-clock.ts';
import { KeptLog } from '../stand-ins.ts';

const never = <T>(): Promise<T> => new Promise(() => {});

export interface LifeParts {
  name: string;
  store: SpoolStore;
  spool: Spool;
  peers: SpoolPeers;
  /** Rows come to the engine; throws when they must not. */
  handOn(rows: JournalRow[]): void;
  down(): boolean;
  alive(): boolean;
}

export class Life {
  readonly keeper: Keeper;
  readonly clock = new HandClock();
  /** What came to this life's engine. */
  readonly handedOn = new Set<WorkId>();
  /** What went wrong where nobody could be told. */
  broken: Error | null = null;
  #dead = false;
  #gathered: (() => void)[] = [];

  constructor(parts: LifeParts) {
    const log = new KeptLog();
    this.keeper = new Keeper({
      store: this.#store(parts.store),
      spool: this.#spool(parts.spool),
      peers: this.#peers(parts.peers),
      clock: this.clock,
      host: parts.name,
      problems: new ProblemBoard({ log, clock: this.clock }),
      log,
      onHandOn: (rows) => {
        try {
          parts.handOn(rows);
          for (const { id } of rows) {
            if (this.handedOn.has(id)) throw new Error(`${id} was handed on twice in one life`);
            this.handedOn.add(id);
          }
        } catch (error) {
          this.broken = error instanceof Error ? error : new Error(String(error));
        }
      },
      alive: parts.alive,
      down: parts.down,
    });
  }

  get dead(): boolean {
    return this.#dead;
  }

  crash(): void {
    this.#dead = true;
  }

  /** What is gathered for the disk goes there. */
  flush(): void {
    for (const write of this.#gathered.splice(0)) write();
  }

  async #pass<T>(call: () => Promise<T>): Promise<T> {
    // A crash may come before the call arrives, after it has, and before its answer does.
    await Promise.resolve();
    if (this.#dead) return never();
    try {
      const answer = await call();
      return this.#dead ? await never() : answer;
    } catch (error) {
      if (this.#dead) return never();
      throw error;
    }
  }

  #store(store: SpoolStore): SpoolStore {
    return {
      append: (rows) => this.#pass(() => store.append(rows)),
      undone: (ids) => this.#pass(() => store.undone(ids)),
      journalRow: (id) => this.#pass(() => store.journalRow(id)),
    };
  }

  #peers(peers: SpoolPeers): SpoolPeers {
    return {
      hosts: () => peers.hosts(),
      keep: (host, rows, timeoutMs) => this.#pass(() => peers.keep(host, rows, timeoutMs)),
      release: (host, ids) => this.#pass(() => peers.release(host, ids)),
    };
  }

  /** As the one on disk: what is to be dropped waits for the next call, in the order in which it was asked. */
  #spool(spool: Spool): Spool {
    const inTurn = <T>(call: () => Promise<T>): Promise<T> => {
      const answer = Promise.withResolvers<T>();
      this.#gathered.push(() => void call().then(answer.resolve, answer.reject));
      return this.#pass(() => {
        this.flush();
        return answer.promise;
      });
    };
    return {
      keep: (rows, owner: Owner) => inTurn(() => spool.keep(rows, owner)),
      drop: (ids, owner) => void this.#gathered.push(() => spool.drop(ids, owner)),
      journalled: (ids) => void this.#gathered.push(() => spool.journalled(ids)),
      walk: (walk) => inTurn(() => spool.walk(walk)),
      counts: () => inTurn(() => spool.counts()),
      lastSeq: () => inTurn(() => spool.lastSeq()),
      close: () => spool.close(),
    };
  }
}
