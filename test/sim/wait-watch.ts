/** L1 for what waits: once nothing fails, an incident waits by the roster of now, and an edit is not noticed late. */
import type { Envelope } from '../../src/relay/engine/envelope.ts';
import type { IncidentBody } from '../../src/relay/incidents/rows.ts';
import type { LineageState } from '../../src/relay/incidents/types.ts';
import type { MemoryDisk } from './memory-disk.ts';
import { rosterOn } from './roster-disk.ts';
import { slowDuty } from './slow-duty.ts';
import type { VirtualTime } from './virtual-time.ts';

interface WaitWatchParts {
  time: VirtualTime;
  disk: MemoryDisk;
  trueWallMs(): number;
  wallSuspect(): boolean;
  /** Nothing of any kind goes wrong in this life. */
  faultless: boolean;
  healed(): boolean;
  fail(invariant: string, text: string): void;
}

/** As JSON: looked for first, since most incidents never wait. */
const WAITS = `"${'waitsUntil' satisfies keyof IncidentBody}"`;
const LOOK_MS = 20_000;
/** Each host looks every 5 s at the version it has, which is at most 5 s old. */
const WITHIN_MS = 30_000;
/** After faults hosts come up first, and what changes owners is looked at every five minutes. */
const AFTER_FAULTS_MS = 8 * 60_000;

export class WaitWatch {
  readonly #parts: WaitWatchParts;
  /** Number -> since when it has waited otherwise than the roster says. */
  readonly #wrong = new Map<number, number>();
  /** What was asked -> until when it waits, as long as that is still to come. */
  readonly #worked = new Map<string, number>();

  constructor(parts: WaitWatchParts) {
    this.#parts = parts;
  }

  begin(): void {
    const { time, faultless, healed, wallSuspect } = this.#parts;
    time.schedule(LOOK_MS, () => {
      if (!wallSuspect() && (faultless || healed())) this.#look();
      this.begin();
    });
  }

  #look(): void {
    const { disk, time, faultless, fail } = this.#parts;
    for (const { number, lineage, open, bodyJson } of disk.incidents.values()) {
      if (!open || !bodyJson.includes(WAITS)) {
        this.#wrong.delete(number);
        continue;
      }
      const { domain } = JSON.parse(
        disk.aggregates.get(lineage)?.stateJson ?? 'null',
      ) as Envelope<LineageState>;
      if (this.#shouldWaitUntil(domain) === domain.incident?.waits?.untilMs) {
        this.#wrong.delete(number);
        continue;
      }
      const sinceMs = this.#wrong.get(number) ?? time.nowMs;
      this.#wrong.set(number, sinceMs);
      if (time.nowMs - sinceMs > (faultless ? WITHIN_MS : AFTER_FAULTS_MS))
        fail('L1', `#${number} waits on, and the roster has said otherwise for long`);
    }
  }

  #shouldWaitUntil({ service, dedupKey, incident }: LineageState): number | undefined {
    if (incident === null) return undefined;
    const { severity, policy = null } = incident;
    const atMs = this.#parts.trueWallMs();
    const roster = rosterOn(this.#parts.disk);
    const key = `${roster.version} ${service} ${dedupKey} ${severity} ${policy ?? ''}`;
    const known = this.#worked.get(key);
    if (known !== undefined && atMs < known) return known;
    const { waitsUntilMs } = slowDuty(roster, { service, severity, policy, dedupKey, atMs });
    if (waitsUntilMs === null) return undefined;
    this.#worked.set(key, waitsUntilMs);
    return waitsUntilMs;
  }
}
