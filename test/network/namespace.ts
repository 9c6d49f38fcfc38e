/** A host in a network namespace of its own, and beside it a world that has every address there is to come from. */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Keeper } from '../../src/relay/hosts/firewall/apply.ts';
import { HostError } from '../../src/relay/hosts/ssh/port.ts';
import type { Remote, RunOptions } from '../../src/relay/hosts/ssh/port.ts';
import type { HostSpec } from '../../src/relay/hosts/types.ts';

export interface Probe {
  from: string;
  to: string;
  port: number;
}

export interface NetworkHost {
  /** Which of these connections, all begun at once, get in. `marker`: one that does, by which the others are known not to. */
  probe(probes: readonly Probe[], marker: Probe): Promise<boolean[]>;
  /** Runs scripts in the namespace, with /etc and /var/lib of its own. `fresh` needs `login` to get in. */
  remote(host: HostSpec, login: { from: Probe; marker: Probe }): Remote;
  /** Where its /etc and /var/lib are. */
  folder: string;
  close(): void;
}

/** What systemd does, done by files: `armed` is there while the switch waits, and what it would run lies in it. */
export const KEEPER: Keeper = {
  arm: 'printf "%s" "$OLD" >/var/lib/armed',
  disarm: 'rm /var/lib/armed',
  isArmed: '[ -e /var/lib/armed ]',
  enable: 'touch /var/lib/enabled',
};

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** `own`: addresses of the host; `others`: of the world; `ports`: where somebody listens on the host. */
export async function makeNetworkHost(
  own: readonly string[],
  others: readonly string[],
  ports: readonly number[],
): Promise<NetworkHost> {
  const [host, world] = [`relay-host-${process.pid}`, `relay-world-${process.pid}`];
  const folder = mkdtempSync(join(tmpdir(), 'relay-network-'));
  for (const name of ['etc', 'lib']) mkdirSync(join(folder, name));
  // What programs are found by, and who is who; of the machine's own network and firewall nothing.
  for (const name of ['os-release', 'passwd', 'group', 'alternatives'])
    cpSync(`/etc/${name}`, join(folder, 'etc', name), { recursive: true, verbatimSymlinks: true });
  const children: ChildProcess[] = [];
  const close = (): void => {
    for (const child of children) child.kill('SIGKILL');
    for (const name of [host, world]) tryTo('netns', 'del', name);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    for (const name of [host, world]) ip('netns', 'add', name);
    ip('link', 'add', 'to-world', 'netns', host, 'type', 'veth', 'peer', 'name', 'to-host', 'netns', world);
    plug(host, 'to-world', own, others);
    plug(world, 'to-host', others, own);
    const listening = inside(host, [process.execPath, script('listen-on.ts'), ...ports.map(String)]);
    children.push(listening.child);
    await listening.line();
    const prober = inside(world, [process.execPath, script('probe-from.ts')]);
    children.push(prober.child);
    const probe: NetworkHost['probe'] = async (probes, marker) => {
      prober.child.stdin?.write(`${JSON.stringify({ probes, marker })}\n`);
      return JSON.parse(await prober.line()) as boolean[];
    };
    return {
      probe,
      folder,
      close,
      remote: (spec, login) => ({
        host: spec,
        run: async (what, text, options = {}) => {
          if (options.fresh === true && !(await probe([login.from], login.marker))[0])
            throw new HostError(spec.name, what, 255, 'no answer within 10 s');
          return runInside(host, folder, spec, what, text, options);
        },
      }),
    };
  } catch (error) {
    close();
    throw error;
  }
}

const ip = (...args: string[]): string => execFileSync('ip', args, { encoding: 'utf8', stdio: 'pipe' });

function tryTo(...args: string[]): void {
  try {
    ip(...args);
  } catch {
    // It was never made.
  }
}

/** Whoever has an address is at the other end of the one cable. */
function plug(name: string, device: string, own: readonly string[], others: readonly string[]): void {
  const bits = (address: string): string => (address.includes(':') ? '128' : '32');
  ip('-n', name, 'link', 'set', 'lo', 'up');
  ip('-n', name, 'link', 'set', device, 'up');
  for (const address of own) {
    const more = address.includes(':') ? ['nodad'] : [];
    ip('-n', name, 'address', 'add', `${address}/${bits(address)}`, 'dev', device, ...more);
  }
  for (const address of others) ip('-n', name, 'route', 'add', `${address}/${bits(address)}`, 'dev', device);
}

function inside(name: string, command: string[]): { child: ChildProcess; line(): Promise<string> } {
  const child = spawn('ip', ['netns', 'exec', name, ...command], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  return { child, line: async () => String((await once(lines, 'line'))[0]) };
}

/** As ssh would: the script by its input, what it reads after it. */
async function runInside(
  name: string,
  folder: string,
  host: HostSpec,
  what: string,
  text: string,
  options: RunOptions,
): Promise<string> {
  const mounts = `mount --bind "$0/etc" /etc && mount --bind "$0/lib" /var/lib && exec sh -euc "$1"`;
  const child = spawn('ip', ['netns', 'exec', name, 'unshare', '-m', 'sh', '-c', mounts, folder, text], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => {
    stdout += `${line}\n`;
    options.onLine?.(line);
  });
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on('error', () => {});
  const { stdin } = options;
  if (stdin === undefined || typeof stdin === 'string' || stdin instanceof Uint8Array) child.stdin.end(stdin);
  else stdin.pipe(child.stdin);
  const [[code]] = await Promise.all([once(child, 'close'), once(lines, 'close')]);
  if (code !== 0) throw new HostError(host.name, what, Number(code), stderr);
  return stdout;
}
