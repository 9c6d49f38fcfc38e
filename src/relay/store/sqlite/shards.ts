/** Which shards a walk is over, as one number, so that one prepared statement serves every walk. */
import { SHARDS } from '../places.ts';

/** Bit n stands for shard n. All shards: every bit, so that nothing is left out whatever its shard says. */
export const shardBits = (shards: readonly number[]): number => {
  const asked = new Set(shards);
  if (asked.size >= SHARDS) return -1;
  return [...asked].reduce((bits, shard) => bits | (1 << shard), 0);
};

/** True for rows of the shards that are bound to its place. */
export const ofShards = '(? >> shard) & 1';
