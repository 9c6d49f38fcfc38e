/**
 * Puts a backup into an empty store while no daemon works with it. A note in the store says that it holds only a part
 * until everything is there and was read back: no daemon starts on it before. Dead half-way, the same command goes on.
 */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { signsOf } from '../cluster/signs.ts';
import type { MoveNote, Piece, RestoreSource } from '../store/moving.ts';
import { isRestore } from '../store/moving.ts';
import { clearFor, forgetArrival } from '../store/move.ts';
import { movedAwayBy } from '../store/sqlite/files.ts';
import { Tally } from '../store/tally.ts';
import { VERSION } from '../version.ts';
import { afterBackup } from './after.ts';
import { filesOfStore, secretFiles } from './files.ts';
import { BackupError } from './format.ts';
import type { HeadLine } from './format.ts';
import { openPresent, openTarget, targetText } from './open-target.ts';
import type { Target, TargetParts } from './open-target.ts';
import { checkBackup, readBackup } from './read.ts';
import { refuseRunning } from './running.ts';
import { giveToOwner, putBack } from './unpack.ts';

export interface RestoreParts extends TargetParts {
  path: string;
  /** Only looks whether it could be done. */
  dryRun: boolean;
  onStep(text: string): void;
  onProgress(pieces: number): void;
}

export interface Restored {
  from: string;
  /** When that was. */
  at: string;
  store: string;
  pieces: number;
  openIncidents: number;
  /** Behind all that may have been handed out after the backup; null: nothing was changed. */
  nextIncident: number | null;
  /** Keys and passwords that were put back. */
  files: string[];
  /** Passwords that relay.yaml names and that are not here: relay won't start without them. */
  missing: string[];
  dryRun: boolean;
}

/** Rejects with BackupError, StoreUnavailableError or ConfigError, each with what to do. */
export async function restore(parts: RestoreParts): Promise<Restored> {
  const { path, config, dryRun, onStep, onProgress } = parts;
  // It may be tried into a keyspace of its own while relay works with another one.
  if (!dryRun || config.store.kind === 'sqlite') await refuseRunning(config);
  onStep(`reading ${path} to its end`);
  const { head, pieces } = await checkBackup(path, onProgress);
  if (isNewer(head.version, VERSION))
    throw new BackupError(
      `${path} was made by relay ${head.version}, which is newer than this one (${VERSION}): restore with that version or a later one`,
    );
  const restored = {
    from: fromText(head),
    at: new Date(head.atMs).toISOString(),
    store: targetText(config),
    dryRun,
  };
  const asTried = async (): Promise<Restored> => ({
    ...restored,
    pieces,
    openIncidents: await openIn(path),
    nextIncident: null,
    files: [],
    missing: [],
  });
  const present = await openPresent(parts);
  if (present !== null) {
    try {
      const fit = await fitnessOf(present, head, parts);
      if (dryRun) return await asTried();
      if (fit === 'forget') await forgetArrival(present.moving);
      if (fit === 'clear') {
        onStep('clearing away what another restore has left');
        await clearFor(present.moving);
      }
    } finally {
      await present.close();
    }
  }
  if (dryRun) return asTried();
  const target = await openTarget(parts);
  try {
    const note = noteOf(head, parts);
    await target.moving.note('arriving', { ...note, state: 'moving', atMs: parts.clock.wallMs() });
    // A daemon that is started from now on is refused; one that was before is seen by this, or not at work at all.
    await refuseOthers(target, parts).catch(async (error: unknown) => {
      await target.moving.forget('arriving', note.id);
      throw error;
    });
    onStep(`writing it into ${restored.store}`);
    const { tally: original, nextIncident } = await copyInto(target, head, parts);
    onStep('reading it back and comparing');
    const copy = new Tally();
    for await (const page of target.moving.pieces()) {
      copy.add(page);
      onProgress(copy.total);
    }
    const differences = original.differences(copy);
    if (differences.length > 0) {
      const source: RestoreSource = { kind: 'backup', isWrong: true };
      await target.moving.note('arriving', { ...note, source, state: 'moving', atMs: parts.clock.wallMs() });
      throw new BackupError(
        `what is in ${restored.store} now is not what the backup holds (${differences.join('; ')}): run relay restore again, which clears it away`,
      );
    }
    const files = await putBack(path, config);
    const missing = secretFiles(config).flatMap(([, file]) => (existsSync(file) ? [] : [file]));
    await giveToOwner([...filesOfStore(config), config.keyDir, ...files]);
    await target.moving.note('arriving', { ...note, state: 'moved', atMs: parts.clock.wallMs() });
    return {
      ...restored,
      pieces: copy.total,
      openIncidents: await openIn(path),
      nextIncident,
      files,
      missing,
    };
  } finally {
    await target.close();
    if (config.store.kind === 'sqlite') await giveToOwner(filesOfStore(config));
  }
}

/** An older one would not understand the records of a newer one. */
function isNewer(theirs: string, ours: string): boolean {
  const order = theirs.localeCompare(ours, 'en', { numeric: true });
  return order > 0;
}

const fromText = ({ host, atMs }: HeadLine): string =>
  `the backup of ${host} of ${new Date(atMs).toISOString()}`;

function noteOf(head: HeadLine, { config }: RestoreParts): Omit<MoveNote, 'state' | 'atMs'> {
  const source: RestoreSource = { kind: 'backup' };
  return { id: head.id, from: fromText(head), to: targetText(config), host: config.host, source };
}

/**
 * Whether it may be restored into this store; `clear`: after what is in there is cleared away, `forget`: after the note of
 * what had once come there is.
 */
async function fitnessOf(
  target: Target,
  head: HeadLine,
  { path, config }: RestoreParts,
): Promise<'ready' | 'go on' | 'clear' | 'forget'> {
  const { leaving, arriving } = await target.moving.notes();
  const store = targetText(config);
  if (arriving?.state === 'moving' && isRestore(arriving)) {
    const isWrong = (arriving.source as RestoreSource).isWrong === true;
    return arriving.id === head.id && !isWrong ? 'go on' : 'clear';
  }
  if (arriving?.state === 'moving' || leaving !== null)
    throw new BackupError(
      `${store} takes part in a move of everything (relay store move): finish that one, or name an empty store in ${config.path}`,
    );
  if (!(await target.moving.isEmpty())) {
    const cure =
      config.store.kind === 'sqlite'
        ? `stop relay, move ${config.store.path} away with all that belongs to it (${movedAwayBy(config.store.path)}), and restore again`
        : `stop relay on every host, name another keyspace in store.cassandra.keyspace on every host, make it with relay store migrate, and restore again`;
    throw new BackupError(
      `${store} is not empty, and ${basename(path)} only goes into an empty store: ${cure}; what is in there stays as it is`,
    );
  }
  return arriving === null ? 'ready' : 'forget';
}

/** A file is locked by who opened it; of a store that is shared only signs of life tell. */
async function refuseOthers(target: Target, { clock, onStep }: RestoreParts): Promise<void> {
  if (!target.distant) return;
  onStep('looking for daemons that are still at work (6 s)');
  const { moved } = await signsOf(
    () => target.beats(),
    clock,
    (seen) => seen.size > 0,
  );
  if (moved.size === 0) return;
  throw new BackupError(
    `relay runs on ${[...moved].toSorted().join(', ')}: stop it on every host (systemctl stop relay), and restore again`,
  );
}

/** What was written, as it should be read back, and the number that the next incident gets. */
async function copyInto(
  target: Target,
  head: HeadLine,
  parts: RestoreParts,
): Promise<{ tally: Tally; nextIncident: number }> {
  const { path, clock, onProgress } = parts;
  const elapsedMs = clock.wallMs() - head.atMs;
  const tally = new Tally();
  let nextIncident: number | null = null;
  const put = async (pieces: Piece[]): Promise<void> => {
    const changed = pieces.map((piece) => afterBackup(piece, elapsedMs));
    for (const piece of changed) if (piece.kind === 'numbers') nextIncident = piece.next;
    await target.moving.put(changed);
    tally.add(changed);
    onProgress(tally.total);
  };
  for await (const found of readBackup(path)) {
    if (found.kind !== 'pieces') continue;
    await put(found.pieces);
  }
  // No incident had ever been opened then, but perhaps since.
  if (nextIncident === null) await put([{ kind: 'numbers', next: 1 }]);
  return { tally, nextIncident: nextIncident ?? 1 };
}

async function openIn(path: string): Promise<number> {
  let open = 0;
  for await (const found of readBackup(path)) {
    if (found.kind !== 'pieces') continue;
    open += found.pieces.filter((one) => one.kind === 'incident' && one.open).length;
  }
  return open;
}
