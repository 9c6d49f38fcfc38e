/** The real daemon as a child process. What it logs is kept; none survives the test that started it. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

export interface LogLine {
  level: string;
  msg: string;
  [field: string]: unknown;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const MAIN = join(import.meta.dirname, '../../../src/relay/main.ts');
const SHOWN_LINES = 25;
/** Compiled code that all tests share: half of a cold start is compiling. */
export const COMPILED = process.env['NODE_COMPILE_CACHE'] ?? join(tmpdir(), 'node-compile-cache');

const alive = new Set<ChildProcessWithoutNullStreams>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

export class DaemonProcess {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcessWithoutNullStreams;
  #out = '';
  #err = '';
  #end: Ended | null = null;

  /** `wrap`: a command that runs the daemon as its last words, such as `prlimit --fsize=…`. */
  constructor(options: { config: string; dir: string; env?: NodeJS.ProcessEnv; wrap?: string[] }) {
    const { config, dir, env = {}, wrap = [] } = options;
    const [command, ...args] = [...wrap, process.execPath, MAIN, '--config', config];
    this.#child = spawn(command, args, {
      cwd: dir,
      env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: COMPILED, RELAY_LOG_JSON: '1', ...env },
    });
    alive.add(this.#child);
    this.#child.stdin.end();
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#out += text;
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#err += text;
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', (error) => {
        alive.delete(this.#child);
        reject(error);
      });
      this.#child.once('close', (code, signal) => {
        alive.delete(this.#child);
        this.#end = { code, signal };
        resolve(this.#end);
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Everything it wrote to standard output: one JSON object a line. */
  get text(): string {
    return this.#out;
  }

  /** What it wrote to standard error. */
  get errors(): string {
    return this.#err;
  }

  get lines(): LogLine[] {
    return this.#out
      .slice(0, this.#out.lastIndexOf('\n') + 1)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as LogLine);
  }

  /** The first line, from `from` on, whose message matches. Rejects when the process ends first. */
  logs(pattern: RegExp, options: { from?: number; withinMs?: number } = {}): Promise<LogLine> {
    return until(
      `the daemon logs ${String(pattern)}`,
      () => {
        const found = this.lines.slice(options.from ?? 0).find((line) => pattern.test(line.msg));
        if (found === undefined && this.#end !== null)
          throw new Error(`the daemon ended before it logged ${String(pattern)}\n${this.tail()}`);
        return found;
      },
      {
        seen: () => this.tail(),
        ...(options.withinMs === undefined ? {} : { withinMs: options.withinMs }),
      },
    );
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Ends it at once, as a power cut does; resolves when the process is gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** The last lines it wrote, for the message of a test that failed. */
  tail(): string {
    const lines = this.#out.trimEnd().split('\n').slice(-SHOWN_LINES);
    return [...lines, this.#err.trimEnd()].filter((line) => line !== '').join('\n');
  }
}
