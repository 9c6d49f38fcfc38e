/** Which process is at the other end of a connection on this machine, by /proc: an address on loopback says nothing. */
import { readFile, readdir, readlink } from 'node:fs/promises';

const ESTABLISHED = '01';

/** The inode of the socket that connected from `port` to `toPort`; null when it has gone. */
async function inodeOf(port: number, toPort: number): Promise<string | null> {
  const table = await readFile('/proc/net/tcp', 'utf8');
  for (const line of table.split('\n')) {
    const [, local, remote, state, , , , , , inode] = line.trim().split(/\s+/);
    if (state === ESTABLISHED && portOf(local) === port && portOf(remote) === toPort) return inode ?? null;
  }
  return null;
}

const portOf = (place: string | undefined): number => Number.parseInt(place?.split(':')[1] ?? '', 16);

async function holds(pid: number, inode: string): Promise<boolean> {
  const dir = `/proc/${pid}/fd`;
  try {
    const links = await Promise.all(
      (await readdir(dir)).map((fd) => readlink(`${dir}/${fd}`).catch(() => null)),
    );
    return links.includes(`socket:[${inode}]`);
  } catch {
    // It has ended.
    return false;
  }
}

/** The one of `pids` that connected from `port` to `toPort`; null: none of them. */
export async function callerOf(
  port: number,
  toPort: number,
  pids: readonly number[],
): Promise<number | null> {
  const inode = await inodeOf(port, toPort);
  if (inode === null) return null;
  const found = await Promise.all(pids.map((pid) => holds(pid, inode)));
  return pids[found.indexOf(true)] ?? null;
}
