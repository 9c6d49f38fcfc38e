/** Processes of a measurement: each is known, bounded, and ended whatever happens to the bench. */
import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { text } from 'node:stream/consumers';

const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

const STOP_WITHIN_MS = 10_000;

export interface Started {
  child: ChildProcess;
  ended: Promise<number | null>;
  /** SIGTERM, and SIGKILL when that isn't heard. */
  stop(): Promise<void>;
}

/** Starts a process that is ended at the latest when the bench ends. */
export function startChild(
  command: string,
  args: string[],
  options: { stdio: StdioOptions; cwd?: string; env?: NodeJS.ProcessEnv },
): Started {
  const child = spawn(command, args, options);
  alive.add(child);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      alive.delete(child);
      resolve(code);
    });
  });
  // Whoever waits for it hears of a failure; nobody has to.
  ended.catch(() => alive.delete(child));
  return {
    child,
    ended,
    stop: async () => {
      if (!alive.has(child)) return;
      child.kill('SIGTERM');
      const hard = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(hard);
    },
  };
}

/** Runs a load client to its end and returns the JSON it prints. Rejects when it fails or takes longer than `limitMs`. */
export async function runClient<T>(file: string, args: string[], limitMs: number): Promise<T> {
  const { child, ended } = startChild(process.execPath, [file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null) throw new Error('a load client without an output');
  const late = setTimeout(() => child.kill('SIGKILL'), limitMs);
  const [output, code] = await Promise.all([text(child.stdout), ended]);
  clearTimeout(late);
  if (code !== 0) throw new Error(`${file} ended with ${code} before its time or after ${limitMs} ms`);
  return JSON.parse(output) as T;
}

/** Flags as `parseArgs` of a load client reads them. */
export function flags(values: Record<string, string | number>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${value}`);
}
