/** The rows that a run of the faults prints at its end. Pure. */
import type { Verdict } from './verdict.ts';

export interface Row extends Verdict {
  name: string;
  title: string;
  /** From the mending until nothing was left to do. */
  settledMs: number;
  /** What senders gave up on; never counted as lost. */
  refused: number;
  /** A goal that was missed although nothing was lost or repeated, in words. */
  slow: string | null;
}

/** Whether the promise was kept in every row: exit code 0. */
export const isKept = (rows: readonly Row[]): boolean =>
  rows.length > 0 &&
  rows.every(({ lost, repeated, accepted }) => lost === 0 && repeated === 0 && accepted > 0);

/** The table as text, a line each. */
export function tableText(rows: readonly Row[]): string {
  const head = [
    'fault',
    'accepted',
    'lost',
    'repeated',
    'degraded pages',
    'longest accept-to-call',
    'p99',
    'settled after',
  ];
  const cells = rows.map((row) => [
    row.title,
    String(row.accepted),
    String(row.lost),
    String(row.repeated),
    String(row.degraded),
    seconds(row.longestMs),
    seconds(row.p99Ms),
    seconds(row.settledMs),
  ]);
  const widths = head.map((name, at) => Math.max(name.length, ...cells.map((row) => (row[at] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ');
  return [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...cells.map(line)].join('\n');
}

const seconds = (ms: number | null): string => (ms === null ? '-' : `${(ms / 1_000).toFixed(2)} s`);
