/**
 * `relay store move` in the daemon: alerts go to the disk, what is under way ends, everything is copied, checked and
 * sealed, and the daemon starts again on the new store. Whatever fails before the seal, it goes on with the old one.
 */
import type { MoveJson, StoreJson } from '../api/wire.ts';
import type { Config } from '../config/types.ts';
import type { Clock, Log, Problems } from '../engine/ports.ts';
import type { Keeper } from '../events/spool/keeper.ts';
import { MoveEnded, clearFor, fitness, moveEverything, outcomeOf } from '../store/move.ts';
import type { MoveNote } from '../store/moving.ts';
import { freezable, type Freezer, type MovableStore } from './freezable.ts';
import type { EngineSlot } from './engine-slot.ts';
import type { DaemonOptions, Opened } from './opened.ts';
import { storeText } from './open-store.ts';
import { openAnyStore } from './settled-store.ts';
import type { Surroundings } from './surroundings.ts';
import { systemClock, systemIds } from './system.ts';

export interface StoreMoveParts {
  /** As it was when this daemon started. */
  config: Config;
  /** Reads relay.yaml as it is now. */
  readConfig(): Promise<Config>;
  /** Opens the store of another configuration, whatever its notes say. */
  open(config: Config): Promise<MovableStore>;
  store: MovableStore;
  keeper: Pick<Keeper, 'useStore'>;
  /** Other hosts that live and work with this store. */
  others(): string[];
  engine: {
    /** Resolves when nothing is under way any more. */
    stop(): Promise<void>;
    /** Begins anew with what the store holds. */
    startAgain(): Promise<void>;
    /** It stands still on purpose, and the move gets on. */
    tick(): void;
  };
  clock: Clock;
  log: Log;
  problems: Problems;
  newId(): string;
  /** Everything is in the new store: this process should start again. */
  onMoved(): void;
  /** Relay can neither move nor go on: the process should end and be started again. */
  onFatal(error: Error): void;
}

/** The daemon's own. */
export function storeMoveOf(
  options: DaemonOptions,
  opened: Opened,
  around: Surroundings,
  engine: EngineSlot,
): StoreMove {
  const { config, log } = options;
  const { membership, keeper } = around;
  return new StoreMove({
    ...options,
    store: opened.store,
    problems: opened.problems,
    open: (next) => openAnyStore({ ...options, config: next, clock: systemClock }, next.store),
    keeper,
    others: () => membership.live().filter((host) => host !== config.host),
    engine,
    clock: systemClock,
    log,
    newId: systemIds.op,
  });
}

const PROBLEM = 'store-move';
const ASK_AGAIN_MS = 1_000;

type Kind = Config['store']['kind'];

export class StoreMove {
  readonly #parts: StoreMoveParts;
  readonly #freezer: Freezer;
  #move: MoveJson | null = null;
  #givenUp = false;
  #running: Promise<void> | null = null;

  constructor(parts: StoreMoveParts) {
    this.#parts = parts;
    this.#freezer = freezable(parts.store);
  }

  async state(): Promise<StoreJson> {
    const { config, store } = this.#parts;
    const { arriving } = await store.moving.notes();
    return {
      kind: config.store.kind,
      store: storeText(config.store),
      arrived: arriving === null ? null : { from: arriving.from, at: new Date(arriving.atMs).toISOString() },
      move: this.#move,
    };
  }

  /** False: one is under way already. Whatever else is wrong is in the state soon. */
  begin(to: Kind): boolean {
    if (this.#running !== null) return false;
    this.#givenUp = false;
    this.#move = { state: 'preparing', to: to, pieces: 0, of: null, error: null };
    this.#running = this.#run(to).finally(() => {
      this.#running = null;
    });
    return true;
  }

  /** False: there is nothing to be given up, or it is too late. */
  giveUp(): boolean {
    if (this.#running === null || this.#move?.state === 'sealing' || this.#move?.state === 'starting')
      return false;
    this.#givenUp = true;
    return true;
  }

  /** relay.yaml was read again. With the old store in it, nobody means to move any more. */
  reloaded(config: Config): void {
    if (this.#running === null && isSameStore(this.#parts.config, config))
      this.#parts.problems.clear(PROBLEM);
  }

  /** The daemon ends: a move under way ends before its seal, or has passed it. */
  async stop(): Promise<void> {
    this.#givenUp = true;
    await this.#running;
  }

  async #run(to: Kind): Promise<void> {
    const { log, problems } = this.#parts;
    try {
      const target = await this.#prepare(to);
      try {
        await this.#moveTo(target.config, target.store);
      } finally {
        await target.store.close();
      }
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      log.error({ err: error }, 'everything stays in the old store');
      if (error instanceof MoveEnded) problems.clear(PROBLEM);
      else
        problems.raise(
          PROBLEM,
          `the move to another store failed: ${text}`,
          'relay goes on with the old store: name it in relay.yaml again and reload (systemctl reload relay), or mend what is wrong and move again',
        );
      this.#say('failed', { error: text });
      return;
    }
    problems.clear(PROBLEM);
    log.info({}, 'everything has moved: starting again on the new store');
    this.#say('starting');
    this.#parts.onMoved();
  }

  /** Changes nothing but what a former move has left in the target. Rejects with MoveEnded, saying why not. */
  async #prepare(to: Kind): Promise<{ config: Config; store: MovableStore }> {
    const { config: present, store: source, open } = this.#parts;
    const config = await this.#parts.readConfig();
    const wrong = wrongWith(present, config, to);
    if (wrong !== null) throw new MoveEnded(wrong);
    this.#refuseOthers();
    const about = { sourceConfig: present.store, targetName: storeText(config.store) };
    const store = await open(config);
    try {
      if ((await fitness(source.moving, store.moving, about)) === 'ready') return { config, store };
      await clearFor(store.moving);
    } catch (error) {
      await store.close();
      throw error;
    }
    await store.close();
    return { config, store: await open(config) };
  }

  async #moveTo(config: Config, target: MovableStore): Promise<void> {
    const { config: present, store: source, keeper, engine, clock, problems, log } = this.#parts;
    const note: Omit<MoveNote, 'state' | 'atMs'> = {
      id: this.#parts.newId(),
      from: storeText(present.store),
      to: storeText(config.store),
      host: present.host,
      source: present.store,
    };
    problems.raise(
      PROBLEM,
      `everything is moving to ${note.to}: alerts are taken, pages wait`,
      'it takes seconds to minutes; relay store move --abort goes on with the old store',
    );
    this.#say('stopping');
    log.info({ from: note.from, to: note.to }, 'moving: alerts go to the disk, what is under way ends');
    try {
      await keeper.useStore(null);
      await engine.stop();
      await this.#freezer.freeze();
      await moveEverything({
        source: source.moving,
        target: target.moving,
        note,
        clock,
        isGivenUp: () => this.#givenUp,
        onProgress: ({ step, pieces, of }) => {
          if (this.#move?.state !== step) log.info({ step }, 'moving everything');
          this.#say(step, { pieces, of });
        },
        refuseOthers: async () => this.#refuseOthers(),
      });
    } catch (error) {
      if ((await this.#outcome(note.id)) === 'moved') return;
      await this.#takeBack(note.id, target);
      throw error;
    }
  }

  /** Until the old store says whether it is sealed: till then neither store may be worked with. */
  async #outcome(id: string): Promise<'moved' | 'not moved'> {
    const { clock, log, store } = this.#parts;
    for (;;) {
      try {
        return await outcomeOf(store.moving, id);
      } catch (error) {
        log.error({ err: error }, 'the old store does not say whether everything has moved; asking again');
      }
      this.#parts.engine.tick();
      await new Promise<void>((resolve) => void clock.after(ASK_AGAIN_MS, resolve));
    }
  }

  async #takeBack(id: string, target: MovableStore): Promise<void> {
    const { store, keeper, engine, log } = this.#parts;
    await store.moving.forget('leaving', id).catch((error: unknown) => {
      // The next start forgets it too.
      log.warn({ err: error }, 'the note of the move could not be taken back');
    });
    this.#freezer.thaw();
    try {
      await engine.startAgain();
    } catch (error) {
      this.#parts.onFatal(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
    await keeper.useStore(store);
    await clearFor(target.moving).catch((error: unknown) => {
      log.warn({ err: error }, 'what was copied could not be cleared away; the next move does it');
    });
  }

  #refuseOthers(): void {
    const others = this.#parts.others();
    if (others.length > 0)
      throw new MoveEnded(
        `${others.join(', ')} ${others.length === 1 ? 'works' : 'work'} with this store too: stop relay there first, and move from the last host`,
      );
  }

  #say(state: MoveJson['state'], more: Partial<MoveJson> = {}): void {
    this.#parts.engine.tick();
    if (this.#move !== null) this.#move = { ...this.#move, state, ...more };
  }
}

const isSameStore = (a: Config, b: Config): boolean => JSON.stringify(a.store) === JSON.stringify(b.store);

/** What must not change together with the store; null: nothing does. */
function wrongWith(present: Config, next: Config, to: Kind): string | null {
  if (next.store.kind !== to) {
    return `${next.path} names ${storeText(next.store)}: name the ${to} store there first, and start the move again`;
  }
  if (isSameStore(present, next)) return `everything is in ${storeText(next.store)} already`;
  if (next.host !== present.host)
    return `host: ${next.host} in ${next.path} must stay ${present.host} for the move`;
  for (const [key, was, is] of [
    ['cluster.spool', present.spool, next.spool],
    ['keyDir', present.keyDir, next.keyDir],
    ['api.socket', present.api.socket, next.api.socket],
  ] as const) {
    if (was !== is)
      return `${key} would be ${is} with ${next.path} as it is now: set ${key}: ${was} there, and start the move again`;
  }
  return null;
}
