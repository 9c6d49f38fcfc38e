/** What a run of the simulation prints. */
import type { LifeResult } from './life.ts';

const LAST_LINES = 40;

export function failureReport(result: LifeResult): string {
  return [
    `seed ${result.seed} (faults: ${result.faults.join(', ') || 'none'})`,
    ...result.lines.slice(-LAST_LINES),
    ...result.failures.map((one) => `seed ${result.seed} broke ${one.invariant}: ${one.text}`),
    `again: npm run sim -- ${result.kind === 'one' ? '' : '--cluster '}--seed ${result.seed} --verbose`,
    '',
  ].join('\n');
}

export function summary(seeds: number, failures: number, tookMs: number): string {
  return `${seeds} seeds, ${failures} failures, ${Math.round(seeds / (tookMs / 1_000))} seeds/s`;
}
