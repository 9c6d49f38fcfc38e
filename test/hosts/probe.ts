/** Which ports of a host take a connection, as seen from another host: the firewall judged from outside. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { onHost, type SshAccess, type SshTarget } from './ssh.ts';

/** What swallows everything is waited for at each port. */
const EVERY_PORT_WITHIN_MS = 15 * 60_000;
const PROBER = join(import.meta.dirname, 'prober.ts');

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
  const program = Buffer.from(readFileSync(PROBER)).toString('base64');
  const script = `
    cd "$(mktemp -d)"
    echo ${program} | base64 -d > prober.ts
    echo '{"type":"module"}' > package.json
    sh /opt/relay/current/bin/runtime prober.ts
    rm -rf "$PWD"`;
  return JSON.parse(
    await onHost(access, from, script, JSON.stringify(wanted), EVERY_PORT_WITHIN_MS),
  ) as Probed[];
}

/** From this machine. */
export async function probeFromHere(wanted: readonly Wanted[]): Promise<Probed[]> {
  const text = await new Promise<string>((resolve, reject) => {
    const child = execFile(process.execPath, [PROBER], (error, out, err) =>
      error === null ? resolve(out) : reject(new Error(err, { cause: error })),
    );
    child.stdin?.end(JSON.stringify(wanted));
  });
  return JSON.parse(text) as Probed[];
}
