/** Which shards a walk is over, as one number, so that one prepared statement serves every walk. */

/** Bit n stands for shard n. */
export const shardBits = (shards: readonly number[]): number =>
  shards.reduce((bits, shard) => bits | (1 << shard), 0);

/** True for rows of the shards that are bound to its place. */
export const ofShards = '(? >> shard) & 1';
