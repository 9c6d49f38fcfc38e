/** Progress of work on hosts, as lines on standard error: standard output stays what was asked for. */
import type { Progress } from '../../relay/hosts/apply/run-phases.ts';
import type { Io } from '../quick-command.ts';
import { styleFor } from '../render/style.ts';

const WIDTH = 18;

/** "0.4 s", "1 min 5 s". */
export function tookText(tookMs: number): string {
  const seconds = tookMs / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** A line for each thing that happens: what phase, which host, what. */
export function progressTo(io: Io): Progress {
  const style = styleFor({ tty: process.stderr.isTTY, env: io.env });
  const line = (phase: string, host: string | null, text: string): void =>
    io.err(`${style.dim(phase.padEnd(WIDTH))} ${host === null ? '' : `${style.bold(host)} `}${text}\n`);
  return {
    begins: (phase, hosts) => line(phase, null, hosts.length === 0 ? '…' : hosts.join(' ')),
    says: line,
    did: (phase, host, tookMs) => line(phase, host, style.green(`done in ${tookText(tookMs)}`)),
    failed: (phase, host, why) => line(phase, host, style.red(`failed: ${why}`)),
    ends: (phase, tookMs) => line(phase, null, style.dim(tookText(tookMs))),
  };
}
