/** One node's process: started, signalled, seen to be gone. Known by its folder, so any terminal can do it. */
import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeArguments, type Software } from './jvm.ts';
import type { ClusterNode } from './plan.ts';
import { isPaused, nodePid, notePid, processOf } from './processes.ts';
import { until } from '../e2e/harness/until.ts';

/** From util-linux, which Debian always has. */
const SETPRIV = '/usr/bin/setpriv';
const STOP_WITHIN_MS = 20_000;
const KILL_WITHIN_MS = 10_000;
const TAIL_LINES = 25;

/** How a node is started: `survives` says that it goes on when this process ends, in whatever way that does. */
export interface Launch {
  heapMb: number;
  survives: boolean;
  /** More flags for the JVM. */
  extra?: readonly string[];
}

/** Starts the node's process and returns at once: whether it comes up is seen in ready.ts. */
export function launch(
  software: Software,
  node: ClusterNode,
  { heapMb, survives, extra = [] }: Launch,
): void {
  if (nodePid(node.dir) !== null) throw new Error(`${node.name} runs already`);
  const log = openSync(join(node.dir, 'output.log'), 'a');
  const java = [software.java.program, ...nodeArguments(software, node, heapMb, extra)];
  // The kernel itself ends the node when this process dies, be it by SIGKILL. Exit handlers alone can't promise that.
  const command = survives || !canRun(SETPRIV) ? java : [SETPRIV, '--pdeathsig', 'KILL', ...java];
  const child = spawn(command[0] ?? '', command.slice(1), {
    cwd: node.dir,
    // A group of its own: Ctrl-C in the terminal is for us, and we end the nodes.
    detached: true,
    stdio: ['ignore', log, log],
    // Nothing of ours is handed on: JAVA_TOOL_OPTIONS and its like would change what is tested.
    env: { PATH: process.env['PATH'] ?? '', MALLOC_ARENA_MAX: '2' },
  });
  closeSync(log);
  // A program that can't be started says so in the log, where the wait for the node looks.
  child.once('error', (error) =>
    writeFileSync(join(node.dir, 'output.log'), `${error.message}\n`, { flag: 'a' }),
  );
  child.unref();
  const id = child.pid === undefined ? null : processOf(child.pid);
  if (id !== null) notePid(node.dir, id);
}

/** SIGKILL, as a host that loses its power; resolves when the process is gone. No effect on a dead node. */
export async function killNode(node: ClusterNode): Promise<void> {
  signal(node, 'SIGKILL');
  await gone(node, KILL_WITHIN_MS);
}

/** SIGTERM: the node says goodbye and writes everything out; after `withinMs` (20 s) it is killed. */
export async function stopNode(node: ClusterNode, withinMs: number = STOP_WITHIN_MS): Promise<void> {
  signal(node, 'SIGCONT');
  signal(node, 'SIGTERM');
  await gone(node, withinMs).catch(async () => killNode(node));
}

/** SIGSTOP: connections stay open and nothing answers. Rejects for a dead node. */
export async function pauseNode(node: ClusterNode): Promise<void> {
  const pid = signal(node, 'SIGSTOP') ?? notRunning(node);
  await until(`${node.name} pauses`, () => isPaused(pid));
}

/** SIGCONT. Rejects for a dead node. */
export async function resumeNode(node: ClusterNode): Promise<void> {
  const pid = signal(node, 'SIGCONT') ?? notRunning(node);
  await until(`${node.name} goes on`, () => !isPaused(pid));
}

/** The last lines that the node wrote, for people who wonder why it died. */
export function lastWords({ dir }: ClusterNode): string {
  return ['system.log', 'output.log']
    .map((name) => tailOf(join(dir, name)))
    .filter((tail) => tail !== '')
    .join('\n');
}

function signal({ dir }: ClusterNode, name: NodeJS.Signals): number | null {
  const pid = nodePid(dir);
  if (pid === null) return null;
  try {
    process.kill(pid, name);
    return pid;
  } catch (error) {
    // It died between the look and the signal.
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return null;
    throw error;
  }
}

async function gone(node: ClusterNode, withinMs: number): Promise<void> {
  await until(`${node.name} ends`, () => nodePid(node.dir) === null, { withinMs });
  rmSync(join(node.dir, 'pid'), { force: true });
}

function notRunning({ name }: ClusterNode): never {
  throw new Error(`${name} isn't running: start it again first`);
}

function tailOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  } catch {
    return '';
  }
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
