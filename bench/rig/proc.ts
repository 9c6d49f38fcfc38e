/** What a process takes of the machine, as Linux counts it. */
import { readFile } from 'node:fs/promises';

/** Clock ticks a second in /proc; 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Seconds of processor time it has used, all threads together. */
export async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The command's name may hold spaces; the fields behind it don't.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Resident memory in MB (10^6 bytes). */
export const rssMb = (pid: number): Promise<number> => statusMb(pid, 'VmRSS');

/** The most it ever held, in MB (10^6 bytes). */
export const mostRssMb = (pid: number): Promise<number> => statusMb(pid, 'VmHWM');

async function statusMb(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const line = status.split('\n').find((one) => one.startsWith(`${field}:`));
  const kib = /\d+/.exec(line ?? '')?.[0];
  if (kib === undefined) throw new Error(`process ${pid} has no resident memory: it has ended`);
  return (Number(kib) * 1_024) / 1e6;
}
