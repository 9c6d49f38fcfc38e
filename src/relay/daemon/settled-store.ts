/**
 * Opens the configuration's store for work: a move into it that a former life left half-done is finished first, and one
 * out of it that never came to its end is taken back. A store that everything has left is refused.
 */
import { existsSync } from 'node:fs';
import { signsOf } from '../cluster/signs.ts';
import { secretsOf } from '../config/secrets.ts';
import type { Config } from '../config/types.ts';
import type { Clock, Log } from '../engine/ports.ts';
import { finishMove } from '../store/move.ts';
import type { MoveProgress } from '../store/move.ts';
import { isRestore, refusalOf } from '../store/moving.ts';
import type { MoveNote } from '../store/moving.ts';
import { StoreUnavailableError } from '../store/port.ts';
import type { MovableStore } from './freezable.ts';
import { openStore, storeText } from './open-store.ts';
import { refuseEmpty, refuseVanished } from './store-in-use.ts';

export interface SettledParts {
  config: Config;
  env: NodeJS.ProcessEnv;
  clock: Clock;
  log: Log;
  onFatal(error: Error): void;
  /** Told now and then while it takes its time and gets on. */
  onLongStart?(text: string): void;
}

const TOLD_EVERY_MS = 5_000;

/** Opens any store by its part of the configuration, whatever its notes say. */
export function openAnyStore(parts: SettledParts, store: Config['store']): Promise<MovableStore> {
  const { env, clock, log, onFatal } = parts;
  const config = { ...parts.config, store };
  const secrets = secretsOf(config, env, (text) => log.warn({}, text));
  return openStore({ config, secrets, clock, log, onFatal });
}

/** Rejects with StoreUnavailableError or ConfigError, and with nothing left open. */
export async function openSettledStore(
  parts: SettledParts,
  open: typeof openAnyStore = openAnyStore,
): Promise<MovableStore> {
  const { config } = parts;
  await refuseVanished(config);
  let store = await open(parts, config.store);
  try {
    for (let anew = false; ; anew = true) {
      const { arriving } = await store.moving.notes();
      if (arriving?.state !== 'moving' || arriving.host !== config.host || isRestore(arriving)) break;
      if ((await resume(parts, open, store, arriving, anew)) === 'arrived') break;
      // What was copied is out of date: somebody has worked with the old store since.
      await store.moving.clear();
      await store.close();
      store = await open(parts, config.store);
    }
    const notes = await store.moving.notes();
    const refusal = refusalOf(storeText(config.store), notes);
    if (refusal !== null) throw new StoreUnavailableError(refusal);
    await takeBack(parts, store, notes.leaving);
    await refuseEmpty(config, () => store.moving.isEmpty());
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function resume(
  parts: SettledParts,
  open: typeof openAnyStore,
  target: MovableStore,
  arriving: MoveNote,
  anew: boolean,
): Promise<'arrived' | 'stale'> {
  const { clock, log } = parts;
  log.warn({ from: arriving.from }, 'a former life began to move everything here: going on with it');
  const source = await openSource(parts, open, arriving);
  let toldMs = clock.monoMs();
  const onProgress = ({ step, pieces }: MoveProgress): void => {
    if (clock.monoMs() - toldMs < TOLD_EVERY_MS) return;
    toldMs = clock.monoMs();
    log.info({ step, pieces }, 'moving everything here');
    parts.onLongStart?.(`moving everything here from ${arriving.from}`);
  };
  try {
    const moved = { source: source.moving, target: target.moving, clock, onProgress };
    const refuseOthers = (): Promise<void> => refuseOthersIn(source, arriving, clock);
    const result = await finishMove({ ...moved, refuseOthers, isGivenUp: () => false }, arriving, anew);
    if (result === 'arrived') log.info({ from: arriving.from }, 'everything has moved here');
    // Next, what has come here would be cleared away: never for the sake of nothing.
    else if ((await source.moving.isEmpty()) && !(await target.moving.isEmpty()))
      throw lostSource(arriving, 'is empty');
    return result;
  } finally {
    await source.close();
  }
}

/** A file that isn't there is not made: its disk may only not be mounted yet. */
async function openSource(
  parts: SettledParts,
  open: typeof openAnyStore,
  arriving: MoveNote,
): Promise<MovableStore> {
  const source = arriving.source as Config['store'];
  if (source.kind === 'sqlite' && !existsSync(source.path)) throw lostSource(arriving, 'is not there');
  return open(parts, source);
}

const lostSource = ({ from, host }: MoveNote, how: string): StoreUnavailableError =>
  new StoreUnavailableError(
    `${host} began to move everything here from ${from} and did not finish, and now that store ${how}: bring it back (is its disk mounted?) and start again; nothing was changed`,
  );

/** While this host was away, others may have been started on the store that it was to empty alone. */
async function refuseOthersIn(store: MovableStore, { host, from }: MoveNote, clock: Clock): Promise<void> {
  // What nobody shares is locked by who opened it.
  if (!store.distant) return;
  const others = (moved: ReadonlySet<string>): string[] => [...moved].filter((name) => name !== host).sort();
  const { moved } = await signsOf(
    () => store.beats(),
    clock,
    (seen) => others(seen).length > 0,
  );
  const [first] = others(moved);
  if (first === undefined) return;
  throw new StoreUnavailableError(
    `${first} works with the old store (${from}): stop relay there, so that the move can be finished, or name the old store in relay.yaml here again`,
  );
}

/** This host was about to move everything out of this store, and starts on it again: then it stays. */
async function takeBack(
  { config, log }: SettledParts,
  store: MovableStore,
  leaving: MoveNote | null,
): Promise<void> {
  if (leaving === null) return;
  if (leaving.host !== config.host) {
    throw new StoreUnavailableError(
      `${leaving.host} is moving everything in ${storeText(config.store)} to ${leaving.to}: wait until it says that it is done or has given up`,
    );
  }
  log.warn(
    { to: leaving.to },
    'a former life began to move everything away and did not finish: it stays here',
  );
  await store.moving.forget('leaving', leaving.id);
}
