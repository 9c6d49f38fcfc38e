/** Runs phases one after the other, hosts within them side by side. */
import { HostError } from '../ssh/port.ts';
import type { AnyPhase, HostWork, Phase, Say, Work } from './work.ts';

/** Hears of everything that happens, as it happens. */
export interface Progress {
  /** `hosts`: none where it is done once for all. */
  begins(phase: string, hosts: readonly string[]): void;
  says(phase: string, host: string | null, line: string): void;
  did(phase: string, host: string, tookMs: number): void;
  failed(phase: string, host: string, why: string): void;
  ends(phase: string, tookMs: number): void;
}

/** Some host failed in a phase: the others did theirs, and no later phase began. */
export class PhaseError extends Error {
  override name = 'PhaseError';
  readonly phase: string;
  readonly failures: readonly HostError[];

  constructor(phase: string, failures: readonly HostError[]) {
    super(failures.map(({ host, what }) => `${host}: ${phase}: ${what}`).join('; '));
    this.phase = phase;
    this.failures = failures;
  }
}

/** Rejects with PhaseError; what is no HostError is a mistake of ours and goes through as it is. */
export async function runPhases(
  phases: readonly AnyPhase[],
  work: Work,
  progress: Progress,
  nowMs: () => number,
): Promise<void> {
  for (const phase of phases) {
    if ('whole' in phase) {
      if (!phase.wanted(work)) continue;
      const begunMs = nowMs();
      progress.begins(phase.name, []);
      try {
        await phase.whole(work, (host, line) => progress.says(phase.name, host, line));
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        progress.failed(phase.name, error.host, error.message);
        throw new PhaseError(phase.name, [error]);
      }
      progress.ends(phase.name, nowMs() - begunMs);
      continue;
    }
    const hosts = phase.hosts(work);
    if (hosts.length === 0) continue;
    const begunMs = nowMs();
    progress.begins(
      phase.name,
      hosts.map(({ host }) => host.name),
    );
    const failures = await onEach(phase, hosts, work, progress, nowMs);
    if (failures.length > 0) throw new PhaseError(phase.name, failures);
    progress.ends(phase.name, nowMs() - begunMs);
  }
}

/** One at a time: after a failure the next host isn't touched. Side by side: the others finish theirs. */
async function onEach(
  phase: Phase,
  hosts: readonly HostWork[],
  work: Work,
  progress: Progress,
  nowMs: () => number,
): Promise<HostError[]> {
  const failures: HostError[] = [];
  const waiting = [...hosts];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const { name } = one.host;
      const begunMs = nowMs();
      const say: Say = (line) => progress.says(phase.name, name, line);
      try {
        await phase.run(one, work, say);
        progress.did(phase.name, name, nowMs() - begunMs);
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        progress.failed(phase.name, name, error.message);
        failures.push(error);
        if (phase.atOnce === 1) return;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(phase.atOnce, hosts.length) }, worker));
  return failures;
}
