import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const relay = join(import.meta.dirname, '../../bin/relay');

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-demo-test-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

interface Played {
  exit: number | null;
  out: string;
  err: string;
}

/** Plays the demo in a temporary folder of its own; `onLine` hears each line as it comes. */
function play(onLine: (line: string, demo: ChildProcess) => void = () => {}): Promise<Played> {
  const { promise, resolve, reject } = Promise.withResolvers<Played>();
  const demo = spawn(relay, ['demo', '--auto'], {
    env: { ...process.env, TMPDIR: dir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  let told = 0;
  demo.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    const lines = out.split('\n').slice(0, -1);
    for (const line of lines.slice(told)) onLine(line, demo);
    told = lines.length;
  });
  demo.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  demo.once('error', reject);
  demo.once('close', (exit) => resolve({ exit, out, err }));
  return promise;
}

/** The daemon that a demo started. */
function daemonOf(demo: ChildProcess): number {
  return Number(execFileSync('pgrep', ['-P', String(demo.pid)], { encoding: 'utf8' }).trim());
}

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

describe('the demo', () => {
  test('shows the whole way of an alert, within 30 s, and leaves nothing behind', async () => {
    const startedMs = performance.now();
    const { exit, out, err } = await play();
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(performance.now() - startedMs).toBeLessThan(30_000);
    const steps = out.split('\n').filter((line) => line.includes('✓'));
    expect(steps.map((line) => line.replace(/^ *[\d.]+ s {2}✓ /u, ''))).toEqual([
      'The daemon is up',
      'The alert mail is accepted: from here on it can not be lost',
      'An incident is opened',
      "Ana's phone receives the page",
      "Ana's mailbox receives it too",
      'Nobody answered: it escalates',
      "Ben's phone receives the page",
      "Ben's answer acknowledges the incident: nobody else is paged",
      'The recovery mail resolves the incident',
    ]);
    expect(out).toMatch(
      /Timeline\n(?:.*\n)*.*opened(?:.*\n)*.*escalate(?:.*\n)*.*acknowledged(?:.*\n)*.*resolved/u,
    );
    expect(await readdir(dir)).toEqual([]);
  });

  test('ended by Ctrl-C: ends its daemon, removes its files, and exits other than 0', async () => {
    let daemon = 0;
    const { exit, err } = await play((line, demo) => {
      if (!line.includes("Ana's phone receives")) return;
      daemon = daemonOf(demo);
      demo.kill('SIGINT');
    });
    expect(err).toBe('relay: the demo was stopped\n');
    expect(exit).toBe(1);
    expect(runs(daemon)).toBe(false);
    expect(await readdir(dir)).toEqual([]);
  });

  test('when something goes wrong: names the step that did not happen', async () => {
    const { exit, err } = await play((line, demo) => {
      if (line.includes('Ana sleeps')) process.kill(daemonOf(demo), 'SIGKILL');
    });
    expect(err).toContain(
      'this step did not happen: Nobody answered: it escalates (the daemon ended by itself',
    );
    expect(exit).toBe(1);
    expect(await readdir(dir)).toEqual([]);
  });
});
