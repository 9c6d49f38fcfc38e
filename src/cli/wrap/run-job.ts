/** Runs somebody's command as if nothing stood around it: its input, output, signals and exit code are its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants } from 'node:os';
import { OutputTail } from './output-tail.ts';

export interface Job {
  command: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** After this it is asked to end, and then made to. */
  timeoutMs: number | null;
  /** What it prints is only passed on when it fails. */
  quietSuccess: boolean;
}

export interface Ended {
  /** As a shell has it: 128 and more for a signal, 124 after the time was up, 126 and 127 for what can't be started. */
  exitCode: number;
  signal: string | null;
  durationMs: number;
  /** Why it could not be started, or was ended. */
  why: string | null;
  output: OutputTail;
}

const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGCONT', 'SIGWINCH'] as const;
/** Between being asked to end and being made to. */
const TERM_MS = 10_000;
/** Of a quiet job's output, as much is there to be printed when it fails. */
const QUIET_BYTES = 1024 * 1024;
const TIMED_OUT = 124;

/** Resolves when it has ended and all it printed is passed on. Never rejects. */
export function runJob(job: Job): Promise<Ended> {
  const startedMs = performance.now();
  const output = new OutputTail(job.quietSuccess ? QUIET_BYTES : 64 * 1024);
  return new Promise((resolve) => {
    const child = spawn(job.command, job.args, {
      stdio: ['inherit', 'pipe', 'pipe'],
      cwd: job.cwd,
      env: job.env,
    });
    const unforward = forward(child);
    const time = limitTime(child, job.timeoutMs);
    const end = (exitCode: number, signal: string | null, why: string | null): void => {
      unforward();
      time.over();
      if (job.quietSuccess && exitCode !== 0) process.stderr.write(output.kept);
      resolve({ exitCode, signal, why, output, durationMs: Math.round(performance.now() - startedMs) });
    };
    passOn(child.stdout, process.stdout, output, job.quietSuccess);
    passOn(child.stderr, process.stderr, output, job.quietSuccess);
    child.once('error', (error: NodeJS.ErrnoException) => {
      // It was never started: `close` doesn't come then on all systems.
      if (child.pid === undefined)
        end(
          error.code === 'ENOENT' ? 127 : 126,
          null,
          `could not be started: ${error.code ?? error.message}`,
        );
    });
    child.once('close', (code, signal) => {
      if (child.pid === undefined) return;
      if (time.isUp) return end(TIMED_OUT, signal, 'took too long and was ended');
      end(code ?? 128 + (signal === null ? 0 : constants.signals[signal]), signal, null);
    });
  });
}

/** A reader that goes away (`| head`) is no reason for the job to be told of less. */
function passOn(
  from: NodeJS.ReadableStream,
  to: NodeJS.WriteStream,
  output: OutputTail,
  isQuiet: boolean,
): void {
  from.on('data', (chunk: Buffer) => output.add(chunk));
  if (isQuiet) return;
  to.on('error', () => from.unpipe(to));
  from.pipe(to, { end: false });
}

/** What is sent to this process is meant for the job. */
function forward(child: ChildProcess): () => void {
  const handlers = FORWARDED.map((signal) => {
    const handler = (): void => void child.kill(signal);
    process.on(signal, handler);
    return (): void => void process.off(signal, handler);
  });
  // From a terminal the job gets it too, as one of the same group.
  const onInterrupt = (): void => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  };
  process.on('SIGINT', onInterrupt);
  return () => {
    for (const off of handlers) off();
    process.off('SIGINT', onInterrupt);
  };
}

function limitTime(child: ChildProcess, timeoutMs: number | null): { isUp: boolean; over(): void } {
  const timers: NodeJS.Timeout[] = [];
  const limit = { isUp: false, over: (): void => timers.forEach((one) => clearTimeout(one)) };
  if (timeoutMs === null) return limit;
  const after = (ms: number, run: () => void): void =>
    void timers.push(setTimeout(run, Math.min(ms, 2 ** 31 - 1)));
  after(timeoutMs, () => {
    limit.isUp = true;
    child.kill('SIGTERM');
    after(TERM_MS, () => child.kill('SIGKILL'));
  });
  return limit;
}
