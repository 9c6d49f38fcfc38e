/** Plain ssh to a host under test, with nothing of the product's in between: what is judged doesn't judge itself. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';

const OUTPUT_BYTES = 64 * 1024 * 1024;

/** How the tester's own ssh reaches hosts. */
export interface SshAccess {
  /** -F; null: the user's own. */
  configFile: string | null;
  user: string | null;
  identityFile: string | null;
}

export interface SshTarget {
  name: string;
  /** What ssh is given: a name of its configuration, or an address. */
  sshHost: string;
}

const OPTIONS = ['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=10', '-o', 'ServerAliveInterval=5'];

function argsOf(access: SshAccess, target: SshTarget): string[] {
  return [
    ...(access.configFile === null ? [] : ['-F', access.configFile]),
    ...(access.user === null ? [] : ['-l', access.user]),
    ...(access.identityFile === null ? [] : ['-i', access.identityFile]),
    ...OPTIONS,
    target.sshHost,
  ];
}

/** Runs a script as root; gives its standard output. Rejects with its standard error. */
export async function onHost(
  access: SshAccess,
  target: SshTarget,
  script: string,
  stdin = '',
  timeoutMs = 180_000,
): Promise<string> {
  const quoted = `'${script.replaceAll("'", `'\\''`)}'`;
  return new Promise((resolve, reject) => {
    const child = execFile(
      'ssh',
      [...argsOf(access, target), `sudo -n sh -ec ${quoted}`],
      { maxBuffer: OUTPUT_BYTES, timeout: timeoutMs },
      (error, out, err) => {
        if (error === null) resolve(out);
        else reject(new Error(`${target.name}: ${script.slice(0, 80)}: ${err.trim() || error.message}`));
      },
    );
    child.stdin?.end(stdin);
  });
}

/** A port of this machine's loopback on a host's loopback, made anew whenever the connection breaks. */
export class Tunnel {
  readonly #start: () => ChildProcess;
  #child: ChildProcess | null = null;
  #closed = false;

  private constructor(start: () => ChildProcess) {
    this.#start = start;
  }

  /** `ports`: from the host's port to this machine's. Resolves when they are open on the host. */
  static async open(
    access: SshAccess,
    target: SshTarget,
    ports: readonly (readonly [number, number])[],
  ): Promise<Tunnel> {
    const forwards = ports.flatMap(([there, here]) => ['-R', `127.0.0.1:${there}:127.0.0.1:${here}`]);
    const tunnel = new Tunnel(() =>
      spawn('ssh', ['-N', '-o', 'ExitOnForwardFailure=yes', ...forwards, ...argsOf(access, target)], {
        stdio: 'ignore',
      }),
    );
    tunnel.#keep();
    const probe = ports.map(([there]) => `: < /dev/tcp/127.0.0.1/${there}`).join(' && ');
    await onHost(
      access,
      target,
      `n=0; until bash -c '${probe}' 2>/dev/null; do n=$((n+1)); [ $n -lt 100 ] || exit 1; sleep 0.1; done`,
    );
    return tunnel;
  }

  #keep(): void {
    if (this.#closed) return;
    const child = this.#start();
    this.#child = child;
    child.once('exit', () => {
      if (!this.#closed) setTimeout(() => this.#keep(), 500).unref();
    });
  }

  close(): void {
    this.#closed = true;
    this.#child?.kill();
  }
}
