/** Which ports of a host take a connection, as seen from another host: the firewall judged from outside. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onHost, type SshAccess, type SshTarget } from './ssh.ts';

/** Runs on the Node of the release under test, or on this machine's. */
export const PROBER = readFileSync(join(import.meta.dirname, 'prober.cjs'), 'utf8');

export type Reached = 'open' | 'refused' | 'silent';

export interface Wanted {
  address: string;
  /** First and last. */
  ports: readonly (readonly [number, number])[];
}

/** Ports that are open, and those that refuse; all others swallowed what was sent to them. */
export interface Probed {
  address: string;
  open: number[];
  refused: number[];
}

/** From a host, with the Node that relay brought there. */
export async function probeFrom(
  access: SshAccess,
  from: SshTarget,
  wanted: readonly Wanted[],
): Promise<Probed[]> {
  const program = Buffer.from(PROBER).toString('base64');
  const script = `
    cd /tmp
    node=$(ls -d /opt/relay/current/runtime/bin/node /opt/relay/current/node_modules/node-linux-*/bin/node 2>/dev/null | head -1)
    echo ${program} | base64 -d > relay-prober.cjs
    "$node" relay-prober.cjs
    rm -f relay-prober.cjs`;
  return JSON.parse(await onHost(access, from, script, JSON.stringify(wanted))) as Probed[];
}
