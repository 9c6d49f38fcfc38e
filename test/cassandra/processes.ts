/** Processes seen from outside, by /proc: a number alone may be somebody else's by now. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A process for good: its number, and when it started in ticks since the machine did. */
export interface ProcessId {
  pid: number;
  started: string;
}

/** This process. */
export function self(): ProcessId {
  return { pid: process.pid, started: statOf(process.pid)?.started ?? '' };
}

/** Whether exactly that process is still there. */
export function lives({ pid, started }: ProcessId): boolean {
  return statOf(pid)?.started === started;
}

/** The flag on a node's command line by which it is known again. */
export const nodeFlag = (dir: string): string => `-Drelay.node=${dir}`;

/** The process of the node whose folder is `dir`, or null when it isn't running. Never anybody else's. */
export function nodePid(dir: string): number | null {
  const pid = Number(textOf(join(dir, 'pid')));
  if (!Number.isSafeInteger(pid) || pid <= 1) return null;
  return textOf(`/proc/${pid}/cmdline`).split('\0').includes(nodeFlag(dir)) ? pid : null;
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
  // The name in brackets may hold anything, blanks and brackets too; the 3rd and the 22nd field come behind it.
  const fields = textOf(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, '')
    .split(' ');
  const [state, started] = [fields[0], fields[19]];
  return state === undefined || started === undefined || state === 'Z' ? null : { state, started };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
