/** The real daemon as a child process: started, waited for, ended. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface DaemonProcess {
  /** `host:port` where it listens. */
  smtp: string;
  http: string;
  /** What it logged last, for when something goes wrong. */
  lastLines(): string[];
  /** Resolves when it has ended, for whatever reason. */
  ended: Promise<void>;
  /** Resolves when it has ended; calls `onEnd` of start only if nobody asked for it. */
  stop(): Promise<void>;
}

const UP_WITHIN_MS = 15_000;
const STOP_WITHIN_MS = 5_000;
const LINES_KEPT = 20;

/** Resolves when the daemon says it is up. Rejects when it ends instead, with what it said. */
export async function startDaemon(config: string, onEnd: (error: Error) => void): Promise<DaemonProcess> {
  const file = ['main.ts', 'main.js']
    .map((name) => join(import.meta.dirname, '../relay', name))
    .find((path) => existsSync(path));
  if (file === undefined)
    throw new Error('the daemon is missing from this installation: install relay again');
  const child = spawn(process.execPath, [file, '--config', config], {
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  let stopping = false;
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.once('error', onEnd);
  void ended.then(() => {
    if (!stopping) onEnd(new Error(`the daemon ended by itself\n${lines.join('\n')}`));
  });
  const up = upLine(child, lines);
  const stop = async (): Promise<void> => {
    stopping = true;
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await ended;
    clearTimeout(hard);
  };
  const late = setTimeout(() => child.kill('SIGKILL'), UP_WITHIN_MS);
  try {
    const addresses = await Promise.race([up, ended.then(() => null)]);
    if (addresses === null) throw new Error(`the daemon did not start\n${lines.join('\n')}`);
    return { ...addresses, lastLines: () => [...lines], ended, stop };
  } finally {
    clearTimeout(late);
  }
}

/** Resolves with the addresses in the daemon's own line about being up; keeps the latest lines. */
function upLine(child: ChildProcess, lines: string[]): Promise<{ smtp: string; http: string }> {
  const { promise, resolve } = Promise.withResolvers<{ smtp: string; http: string }>();
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > LINES_KEPT) lines.shift();
      const said = parsed(line);
      if (said?.['msg'] === 'relay is up')
        resolve({ smtp: String(said['smtp']), http: String(said['http']) });
    });
  }
  return promise;
}

function parsed(line: string): Record<string, unknown> | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Whoever runs the demo may have a relay of their own: nothing of its settings may reach this one. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.startsWith('RELAY_') && !/^(?:NOTIFY|WATCHDOG)_/u.test(name),
    ),
  );
}
