/** Processes seen from outside, by /proc: a number alone may be somebody else's by now. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A process for good: its number, and when it started in ticks since the machine did. */
export interface ProcessId {
  pid: number;
  started: string;
}

/** A running process by its number; null when there is none. */
export function processOf(pid: number): ProcessId | null {
  const stat = statOf(pid);
  return stat === null ? null : { pid, started: stat.started };
}

/**
 * Whether exactly that process is still there. One that is just dying is: until its last thread has ended its sockets
 * still take connections, though it has no command line any more.
 */
export function lives({ pid, started }: ProcessId): boolean {
  return statOf(pid)?.started === started;
}

/** Notes, in the node's folder, which process it is. */
export function notePid(dir: string, id: ProcessId): void {
  writeFileSync(join(dir, 'pid'), JSON.stringify(id));
}

/** The process of the node whose folder is `dir`, or null when it isn't running. Never anybody else's. */
export function nodePid(dir: string): number | null {
  const text = textOf(join(dir, 'pid'));
  if (text === '') return null;
  const id = JSON.parse(text) as ProcessId;
  return lives(id) ? id.pid : null;
}

/** Whether the process is stopped by SIGSTOP. */
export function isPaused(pid: number): boolean {
  return statOf(pid)?.state === 'T';
}

/** Memory the process holds, in MiB. */
export function residentMb(pid: number): number {
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) / 1_024);
}

function statOf(pid: number): { state: string; started: string } | null {
  // The name in brackets may hold anything, blanks and brackets too; the 3rd, 20th and 22nd field come behind it.
  const fields = textOf(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  const [state, threads, started] = [fields[0], fields[17], fields[19]];
  if (state === undefined || started === undefined) return null;
  // Over, all of its threads too, and only not yet fetched by its parent.
  return state === 'Z' && Number(threads) <= 1 ? null : { state, started };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
