/**
 * Where things lie: every aggregate has a shard, and a work row's id says where the row is, so that a store that is
 * spread over hosts finds a row by its id alone. Pure. One machine owns all shards and may ignore them.
 */
import type { Stamp } from '../events/types.ts';
import type { AggregateKey, WorkId } from './port.ts';

/** Work is shared among hosts by shard. Never changes: rows lie where this number put them. */
export const SHARDS = 16;

export const ALL_SHARDS: readonly number[] = Array.from({ length: SHARDS }, (_, shard) => shard);

/** FNV-1a over UTF-16 units: the same on every host and in every version. */
export function shardOf(key: AggregateKey): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193) >>> 0;
  }
  // The low bits of FNV mix worst.
  return ((hash >>> 16) ^ (hash & 0xffff)) % SHARDS;
}

const ONLY_ONCE = 'j:@';

/**
 * The id of an input without a stable id of its own: no other input ever has it. `life` names the process: an append
 * of a former one may land after its successor has read the last seq, and must not take a newer input's place.
 */
export const onlyOnceId = ({ host, seq, atMs }: Stamp, life: string, shard: number): WorkId =>
  `${ONLY_ONCE}${host}.${life}.${seq.toString(36)}.${place(atMs, shard)}`;

/** Whether an id was made for one acceptance; all others may come again (rule 11). */
export const isOnlyOnce = (id: WorkId): boolean => id.startsWith(ONLY_ONCE);

/** What a timer is called: the op that set it, its place among that op's timers, and where its due row lies (rule 3). */
export const timerId = (op: string, count: number, atMs: number, shard: number): string =>
  `${op}.${count}.${place(atMs, shard)}`;

export const dueId = (timer: string): WorkId => `d:${timer}`;

/** Parts of an id with a place: an op and a count before it, or a host, a life and a seq. Hosts and ops may have dots. */
const LEAST_PARTS = { due: 4, onlyOnce: 5 };
/** March 2011. Ids from before places end in a process's name and a seq, which would read as times before that. */
const FIRST_MS = 1_300_000_000_000;

/**
 * When and in which shard a work row was written; null for an id that comes from outside (a mail, a MessageSid), and
 * for one from before ids had places.
 */
export function placeOf(id: WorkId): { atMs: number; shard: number } | null {
  const due = id.startsWith('d:');
  if (!due && !isOnlyOnce(id)) return null;
  const parts = id.split('.');
  if (parts.length < (due ? LEAST_PARTS.due : LEAST_PARTS.onlyOnce)) return null;
  const [at, shard] = parts.slice(-2);
  const found = { atMs: Number.parseInt(at ?? '', 36), shard: Number.parseInt(shard ?? '', 36) };
  if (!due && parts.length > LEAST_PARTS.onlyOnce && found.atMs < FIRST_MS) return null;
  return Number.isSafeInteger(found.atMs) && found.shard >= 0 && found.shard < SHARDS ? found : null;
}

/** The number in an id: the stamp's seq in one made by onlyOnceId, the timer's place among its op's in a due row's. */
export const countOf = (id: WorkId): number =>
  Number.parseInt(id.split('.').at(-3) ?? '', id.startsWith('d:') ? 10 : 36);

const place = (atMs: number, shard: number): string =>
  `${Math.floor(atMs).toString(36)}.${shard.toString(36)}`;
