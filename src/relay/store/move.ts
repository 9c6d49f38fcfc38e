/**
 * Moves everything from one store to another: note it in both, copy, read the copy back and compare, seal the old one.
 * The seal is the commit point: before it the old store counts, after it the new one, whenever the process dies. Nothing
 * may write to either meanwhile; who calls this sees to it.
 */
import type { Movable, MoveNote, MoveNotes } from './moving.ts';
import { LEASE_MS } from './moving.ts';
import { Tally } from './tally.ts';

export interface MoveProgress {
  step: 'copying' | 'checking' | 'sealing';
  /** How many pieces of the step are through; a piece is a row or a state. */
  pieces: number;
  /** Of how many, once that is known. */
  of: number | null;
}

export interface MoveParts {
  source: Movable;
  target: Movable;
  note: Omit<MoveNote, 'state' | 'atMs'>;
  clock: { wallMs(): number; monoMs(): number };
  onProgress(progress: MoveProgress): void;
  /** True: it was given up; asked between pages. */
  isGivenUp(): boolean;
  /** Rejects when others work with the old store, and ends the move: asked before one is gone on with, and before the seal. */
  refuseOthers(): Promise<void>;
}

/** The move ended before its commit point; the old store is what it was. */
export class MoveEnded extends Error {
  override name = 'MoveEnded';
}

const RENEW_MS = LEASE_MS / 6;

/** Rejects with MoveEnded, or with what a store says: then `outcomeOf` tells whether it happened all the same. */
export async function moveEverything(parts: MoveParts): Promise<void> {
  const { source, target, note, clock, onProgress } = parts;
  const now = (state: MoveNote['state']): MoveNote => ({ ...note, state, atMs: clock.wallMs() });
  await target.note('arriving', now('moving'));
  await source.note('leaving', now('moving'));
  let renewedMs = clock.monoMs();
  const goOn = async (): Promise<void> => {
    if (parts.isGivenUp()) throw new MoveEnded('the move was given up; relay goes on with the old store');
    if (clock.monoMs() - renewedMs < RENEW_MS) return;
    renewedMs = clock.monoMs();
    await source.renew(now('moving'));
  };

  const original = new Tally();
  for await (const pieces of source.pieces()) {
    await target.put(pieces);
    original.add(pieces);
    onProgress({ step: 'copying', pieces: original.total, of: null });
    await goOn();
  }
  const copy = new Tally();
  for await (const pieces of target.pieces()) {
    copy.add(pieces);
    onProgress({ step: 'checking', pieces: copy.total, of: original.total });
    await goOn();
  }
  const differences = original.differences(copy);
  if (differences.length > 0) {
    throw new MoveEnded(`the copy is not what the old store holds (${differences.join('; ')})`);
  }
  await parts.refuseOthers();
  await goOn();
  onProgress({ step: 'sealing', pieces: copy.total, of: copy.total });
  await source.seal(now('moved'));
  await arrived(target, now('moved'));
}

/** Whether the move with this id has passed its commit point. Rejects when the old store doesn't say. */
export async function outcomeOf(source: Movable, id: string): Promise<'moved' | 'not moved'> {
  const { leaving } = await source.notes();
  return leaving?.id === id && leaving.state === 'moved' ? 'moved' : 'not moved';
}

/** The old store is sealed: the new one may be opened from now on. Again changes nothing. */
export async function arrived(target: Movable, note: MoveNote): Promise<void> {
  // Left when everything moved out of it, long ago; it is back.
  const { leaving } = await target.notes();
  if (leaving !== null) await target.forget('leaving', leaving.id);
  await target.note('arriving', note);
}

/**
 * Whether everything may move into this store. `clear`: only after what is in there is cleared away, which is a part of
 * a move that was given up, or what has long moved out of it. Rejects with MoveEnded, saying why not.
 */
export async function fitness(
  source: Movable,
  target: Movable,
  { sourceConfig, targetName }: { sourceConfig: unknown; targetName: string },
): Promise<'ready' | 'clear'> {
  const [ours, theirs] = await Promise.all([source.notes(), target.notes()]);
  const { leaving, arriving } = theirs;
  if (leaving?.state === 'moving')
    throw new MoveEnded(`everything in ${targetName} is being moved to ${leaving.to} by ${leaving.host}`);
  if (arriving?.state === 'moving') {
    if (JSON.stringify(arriving.source) === JSON.stringify(sourceConfig)) return 'clear';
    throw new MoveEnded(
      `${targetName} holds a part of another move, from ${arriving.from} by ${arriving.host}: finish that one, or name an empty store`,
    );
  }
  if (cameFrom(ours, theirs)) return 'clear';
  if (leaving === null && (await target.isEmpty())) return 'ready';
  throw new MoveEnded(
    `${targetName} is not empty: everything moves only into a store that nobody works with`,
  );
}

/** What is in this store went, in the end, to where it is to come back from. */
const cameFrom = (ours: MoveNotes, { leaving }: MoveNotes): boolean =>
  leaving?.state === 'moved' && ours.arriving?.state === 'moved' && ours.arriving.id === leaving.id;

/** Empties the target of what is not to stay, before a move; it is to be opened anew after this. */
export async function clearFor(target: Movable): Promise<void> {
  await target.clear();
  await forgetArrival(target);
}

/** A former arrival would stand in the way of the next one's note. */
export async function forgetArrival(target: Movable): Promise<void> {
  const { arriving } = await target.notes();
  if (arriving !== null) await target.forget('arriving', arriving.id);
}

/**
 * Goes on with a move that a former life left half-done, as the target's note has it. `stale`: somebody has worked with
 * the old store since, so what was copied counts for nothing: clear the target, open it anew, and call again with
 * `anew`. Rejects as `moveEverything` does.
 */
export async function finishMove(
  parts: Omit<MoveParts, 'note'>,
  arriving: MoveNote,
  anew: boolean,
): Promise<'arrived' | 'stale'> {
  const { leaving } = await parts.source.notes();
  if (leaving?.id === arriving.id && leaving.state === 'moved') {
    await arrived(parts.target, { ...arriving, state: 'moved', atMs: leaving.atMs });
    return 'arrived';
  }
  await parts.refuseOthers();
  if (leaving?.id !== arriving.id && !anew) return 'stale';
  const { id, from, to, host, source } = arriving;
  await moveEverything({ ...parts, note: { id, from, to, host, source } });
  return 'arrived';
}
