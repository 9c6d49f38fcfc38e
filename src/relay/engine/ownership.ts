/** Which host walks a shard and takes what many write to: rendezvous hashing, the same answer on every host. Pure. */
import { shardOf } from '../store/places.ts';

/** The owner of a shard among these hosts; each host that comes or goes moves only its own share. Needs one host. */
export function ownerOf(shard: number, hosts: readonly string[]): string {
  let owner = '';
  let most = -1;
  for (const host of [...hosts].sort()) {
    const weight = weightOf(shard, host);
    if (weight <= most) continue;
    owner = host;
    most = weight;
  }
  if (owner === '') throw new Error('no host owns anything: there is none');
  return owner;
}

/** The owner of an aggregate. */
export const ownerOfKey = (key: string, hosts: readonly string[]): string => ownerOf(shardOf(key), hosts);

/** Well mixed: host names differ in one character only. */
function weightOf(shard: number, host: string): number {
  let hash = 0x9e3779b9 ^ Math.imul(shard + 1, 0x85ebca6b);
  for (let index = 0; index < host.length; index += 1) {
    hash = Math.imul(hash ^ host.charCodeAt(index), 0x01000193);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
