/** One host of a local cluster: the real daemon as a process, on a disk of its own, killed and paused as one likes. */
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientFor, type Client } from '../../src/cli/client.ts';
import { isPaused } from '../cassandra/processes.ts';
import { until } from '../e2e/harness/until.ts';
import type { HostPlace } from './layout.ts';
import { type Child, startChild } from './processes.ts';

const MAIN = join(import.meta.dirname, '../../src/relay/main.ts');
/** Compiled code that all daemons share: half of a cold start is compiling. */
const COMPILED = process.env['NODE_COMPILE_CACHE'] ?? join(tmpdir(), 'node-compile-cache');
const UP_WITHIN_MS = 90_000;
/** What the daemon promises, and a little for a busy machine. */
const STOP_WITHIN_MS = 35_000;
const TAIL_LINES = 25;

export type HostState = 'runs' | 'paused' | 'down';

export class LocalHost {
  readonly place: HostPlace;
  readonly dir: string;
  readonly logFile: string;
  /** What the commands talk to. */
  readonly api: Client;
  readonly #install: () => Promise<string>;
  #child: Child | null = null;

  /** `install` writes the host's files and names its relay.yaml. */
  constructor(place: HostPlace, dir: string, install: () => Promise<string>) {
    this.place = place;
    this.dir = dir;
    // Beside the disk, not on it: what the daemon said is still there when its disk has gone.
    this.logFile = `${dir}.log`;
    this.api = clientFor({ kind: 'socket', socket: join(dir, 'relay.sock') });
    this.#install = install;
  }

  get name(): string {
    return this.place.name;
  }

  get http(): string {
    return `http://${this.place.address}:${this.place.http}`;
  }

  get smtp(): { host: string; port: number } {
    return { host: this.place.address, port: this.place.smtp };
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  get state(): HostState {
    if (this.#child === null) return 'down';
    return isPaused(this.#child.pid) ? 'paused' : 'runs';
  }

  /** Resolves when the daemon says that it is up. Rejects, with its last lines, when it ends instead. */
  async start(): Promise<void> {
    if (this.#child !== null) throw new Error(`${this.name} runs already: kill it first`);
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
    const config = await this.#install();
    const from = sizeOf(this.logFile);
    const child = startChild([process.execPath, MAIN, '--config', config], {
      cwd: this.dir,
      log: this.logFile,
      // Whoever runs this may have a relay of their own: nothing of its settings may reach this one.
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILED, RELAY_LOG_JSON: '1' },
    });
    this.#child = child;
    const over = (): void => {
      if (this.#child === child) this.#child = null;
    };
    child.ended.then(over, over);
    await until(
      `${this.name} comes up`,
      () => {
        if (this.#child !== child) throw new Error(`${this.name} ended before it was up\n${this.tail()}`);
        return this.#written(from).includes('"msg":"relay is up"');
      },
      { withinMs: UP_WITHIN_MS, seen: () => this.tail() },
    );
  }

  /** SIGKILL, as a host that loses its power. No effect on one that is down. */
  async kill(): Promise<void> {
    const child = this.#child;
    child?.signal('SIGKILL');
    await child?.ended;
  }

  /** SIGTERM, as systemd ends it; killed when that isn't heard. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    child.signal('SIGCONT');
    child.signal('SIGTERM');
    const hard = setTimeout(() => child.signal('SIGKILL'), STOP_WITHIN_MS);
    await child.ended;
    clearTimeout(hard);
  }

  /** SIGSTOP: its connections stay and it says nothing. Rejects for one that is down. */
  async pause(): Promise<void> {
    const { pid, signal } = this.#running();
    signal('SIGSTOP');
    await until(`${this.name} pauses`, () => isPaused(pid));
  }

  /** SIGCONT. Rejects for one that is down. */
  async resume(): Promise<void> {
    const { pid, signal } = this.#running();
    signal('SIGCONT');
    await until(`${this.name} goes on`, () => !isPaused(pid));
  }

  /** Starts it on what lies on its disk, ending it first if it runs. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Kills it and takes away all that lay on its disk: spool, keys, configuration. A start installs it anew. */
  async destroyDisk(): Promise<void> {
    await this.kill();
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }

  /** The last lines that it wrote. */
  tail(): string {
    return this.#written(0).trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  }

  #running(): Child {
    if (this.#child === null) throw new Error(`${this.name} isn't running: start it again first`);
    return this.#child;
  }

  #written(from: number): string {
    try {
      return readFileSync(this.logFile).subarray(from).toString('utf8');
    } catch {
      // It has written nothing yet.
      return '';
    }
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
