/** What a host has accepted and nobody else holds: it must be in the store before the host leaves, or it is lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterJson, SpoolJson } from '../../cluster/wire.ts';
import { PLACES } from '../places.ts';
import { HostError, type Remote } from '../ssh/port.ts';
import { relayJson } from './relay-command.ts';

/** With a quorum a spool is empty within seconds. */
const EMPTY_WITHIN_MS = 2 * 60_000;
const LOOK_AGAIN_MS = 1_000;

const { spool, unit } = PLACES.relay;

/**
 * Resolves when nothing waits in its spool, by its daemon's own word; at once where there is no spool. Rejects with
 * HostError when something stays there, or no daemon says so: alerts that were accepted during an outage may lie there.
 */
export async function spoolEmpty(remote: Remote, say: (line: string) => void): Promise<void> {
  const { name } = remote.host;
  const cant = (why: string): HostError => new HostError(name, 'empty its spool', null, why);
  const found = await remote.run(
    'look for its spool',
    `if [ -n "$(ls -A ${spool} 2>/dev/null)" ]; then echo yes; else echo no; fi`,
  );
  if (found.trim() === 'no') return;
  const untilMs = performance.now() + EMPTY_WITHIN_MS;
  let told = '';
  for (;;) {
    const own = await ownSpool(remote);
    if (own === null) {
      throw cant(
        `its relay doesn't say whether alerts wait in ${spool} that nobody else has: systemctl start ${unit} there, ` +
          `and do this again; where they are not wanted, stop it and mv ${spool} ${spool}.left`,
      );
    }
    if (own.waiting === 0) return;
    const line = `${own.waiting} accepted alerts wait in its spool for the store`;
    if (performance.now() > untilMs) throw cant(`${line}: see relay cluster status`);
    if (line !== told) say(line);
    told = line;
    await sleep(LOOK_AGAIN_MS);
  }
}

/** By the host's own daemon; null: it doesn't say. Codes 1 and 3 come with an answer too. */
async function ownSpool(remote: Remote): Promise<SpoolJson | null> {
  try {
    const words = ['cluster', 'status'];
    const { asked = null, hosts } = await relayJson<Partial<ClusterJson>>(remote, words, { answers: [1, 3] });
    if (asked !== remote.host.name) return null;
    return hosts?.find(({ name }) => name === asked)?.spool ?? null;
  } catch (error) {
    if (error instanceof HostError && error.exitCode !== 255) return null;
    throw error;
  }
}
