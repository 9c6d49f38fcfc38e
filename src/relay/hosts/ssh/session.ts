/** The admin's own `ssh`: one shared connection a host, kept while the command runs. */
import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostSpec } from '../types.ts';
import { dataBytesOf, framed } from './bootstrap.ts';
import { HostError, type Remote, type RunOptions } from './port.ts';
import { call } from './process.ts';
import { closingArguments, sharedArguments, sshArguments } from './target.ts';
import { cureOf } from './words.ts';

const TIMEOUT_MS = 60_000;

/** A host that has no answer to a name, a route or a jump host takes longer than ConnectTimeout. */
const SHARED_MS = 40_000;

export interface SshSession extends AsyncDisposable {
  /** The same one for the same host. */
  remote(host: HostSpec): Remote;
}

/** `program`: another ssh than the one in PATH. Close it: its connections and its folder of sockets go. */
export async function openSsh(program = 'ssh'): Promise<SshSession> {
  // Nobody else may reach the sockets: whoever can use one is logged in.
  const folder = await mkdtemp(join(tmpdir(), 'relay-ssh-'));
  const remotes = new Map<string, SshRemote>();
  // Whoever is interrupted exits without closing; idle connections end by themselves.
  const sweep = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', sweep);
  return {
    remote(host) {
      // Short names: a socket's path has room for a hundred characters.
      const made = remotes.get(host.name) ?? new SshRemote(program, host, join(folder, `${remotes.size}`));
      remotes.set(host.name, made);
      return made;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...remotes.values()].map((one) => one.close()));
      await rm(folder, { recursive: true, force: true });
      process.off('exit', sweep);
    },
  };
}

class SshRemote implements Remote {
  readonly host: HostSpec;
  readonly #program: string;
  readonly #socket: string;
  #connecting: Promise<void> | null = null;

  constructor(program: string, host: HostSpec, socket: string) {
    this.#program = program;
    this.host = host;
    this.#socket = socket;
  }

  async run(what: string, script: string, options: RunOptions = {}): Promise<string> {
    const { root = true, timeoutMs = TIMEOUT_MS, fresh = false } = options;
    if (!fresh) await this.#connect(what);
    const { command, script: input } = framed(script, {
      root,
      timeoutMs,
      dataBytes: dataBytesOf(options.stdin),
    });
    const ended = await call({
      program: this.#program,
      args: [...sshArguments(this.host.ssh, fresh ? null : this.#socket), command],
      input,
      rest: options.stdin,
      timeoutMs,
      onLine: options.onLine,
      // A connection of its own may have to ask for a passphrase, for which it needs the terminal.
      apart: !fresh,
    }).catch((error: unknown) => {
      throw this.#notStarted(what, error);
    });
    if (ended.exitCode === 0) return ended.stdout;
    const why =
      ended.exitCode === null
        ? `not done after ${Math.round(timeoutMs / 1000)} s`
        : cureOf(this.host, ended.exitCode, ended.stderr);
    throw this.#failed(what, ended.exitCode, ended.stderr, why);
  }

  /** Closes the shared connection, if there is one. */
  async close(): Promise<void> {
    await this.#connecting?.catch(() => undefined);
    if (!existsSync(this.#socket)) return;
    await new Promise<void>((resolve) => {
      const child = spawn(this.#program, closingArguments(this.host.ssh, this.#socket), { stdio: 'ignore' });
      child.once('error', () => resolve());
      child.once('close', () => resolve());
    });
  }

  /** One after the other's connection; again when it has gone, as after a reboot. */
  async #connect(what: string): Promise<void> {
    if (this.#connecting === null && existsSync(this.#socket)) return;
    this.#connecting ??= this.#share(what).finally(() => {
      this.#connecting = null;
    });
    await this.#connecting;
  }

  async #share(what: string): Promise<void> {
    // A file, not a pipe: what goes into the background holds on to it.
    const told = `${this.#socket}.err`;
    const file = await open(told, 'w', 0o600);
    try {
      const exitCode = await new Promise<number | null>((resolve, reject) => {
        const child = spawn(this.#program, sharedArguments(this.host.ssh, this.#socket), {
          stdio: ['ignore', 'ignore', file.fd],
        });
        const timer = setTimeout(() => child.kill('SIGKILL'), SHARED_MS);
        child.once('error', reject);
        child.once('exit', (code) => {
          clearTimeout(timer);
          resolve(code);
        });
      }).catch((error: unknown) => {
        throw this.#notStarted(what, error);
      });
      if (exitCode === 0) return;
      const stderr = await readFile(told, 'utf8');
      throw this.#failed(what, 255, stderr, cureOf(this.host, 255, exitCode === null ? 'timed out' : stderr));
    } finally {
      await file.close();
    }
  }

  #failed(what: string, exitCode: number | null, stderr: string, why: string | null): HostError {
    const said = why === null ? stderr || `exit code ${exitCode}` : `${stderr.trimEnd()}\n${why}`;
    return new HostError(this.host.name, what, exitCode, said);
  }

  #notStarted(what: string, error: unknown): unknown {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT' && 'syscall' in error) {
      if (String(error.syscall).startsWith('spawn')) {
        return this.#failed(
          what,
          255,
          '',
          'there is no ssh here: install it (Debian: apt-get install openssh-client)',
        );
      }
    }
    return error;
  }
}
