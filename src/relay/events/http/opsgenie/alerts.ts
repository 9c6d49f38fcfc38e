/** The alerts of a service as Opsgenie's API shows them: its incidents, read from the store when somebody asks. */
import type { IncidentJson } from '../../../api/wire.ts';
import type { Envelope } from '../../../engine/envelope.ts';
import { lineageKey } from '../../../incidents/rows.ts';
import type { LineageState } from '../../../incidents/types.ts';
import type { Store, WorkId } from '../../../store/port.ts';
import { ThrottledError } from '../refusals.ts';
import { alertOf } from './answers.ts';
import type { Search } from './search.ts';

/** What is read of the daemon. */
export interface AlertsPort {
  /** The one that counts at present: while this host pages alone, its own. */
  store(): Pick<Store, 'load' | 'incidents'>;
  /** True once a row's chain is through; false after `timeoutMs`. */
  whenDone(id: WorkId, timeoutMs: number): Promise<boolean>;
  nowMs(): number;
}

/** Clients that create and look at once find what they made, unless it takes longer. Well under the 4 s some wait. */
const WAIT_MS = 2_000;
const LATELY_MAX = 1_000;
const PAGE = 500;
/** A list looks through so many incidents of all services at most. */
const SCAN_MAX = 10_000;
/** Lists at once: whoever may send alerts may ask, and must not keep the store from them. */
const LISTS_MAX = 4;

export class Alerts {
  readonly #port: AlertsPort;
  /** What was taken here and may not be carried out yet, by lineage; the newest last. */
  readonly #lately = new Map<string, WorkId>();
  #lists = 0;

  constructor(port: AlertsPort) {
    this.#port = port;
  }

  /** Whoever asks for this alert next waits for this row. */
  taken(service: string, dedupKey: string, row: WorkId): void {
    const lineage = lineageKey(service, dedupKey);
    this.#lately.delete(lineage);
    this.#lately.set(lineage, row);
    for (const [oldest] of this.#lately) {
      if (this.#lately.size <= LATELY_MAX) break;
      this.#lately.delete(oldest);
    }
  }

  /** The last alert of a key with what only its state tells; null: there never was one, or it is purged. */
  async alert(
    service: string,
    dedupKey: string,
  ): Promise<{ incident: IncidentJson; shown: Record<string, unknown> } | null> {
    const lineage = lineageKey(service, dedupKey);
    await this.#caughtUp(lineage);
    const { state } = await this.#port.store().load(lineage);
    const last = (state as Envelope<LineageState> | undefined | null)?.domain.incident ?? null;
    if (last === null) return null;
    const incident = await this.numbered(service, last.number);
    if (incident === null) return null;
    const lastMs = (last.lastTrigger ?? last.openedBy).atMs;
    return {
      incident,
      shown: {
        ...alertOf(incident),
        lastOccurredAt: new Date(lastMs).toISOString(),
        description: last.details ?? '',
      },
    };
  }

  /** By number; null: there is none of this service. */
  async numbered(service: string, number: number): Promise<IncidentJson | null> {
    if (!Number.isSafeInteger(number) || number < 1) return null;
    const [entry] = await this.#port.store().incidents({ before: number + 1, limit: 1 });
    const body = entry?.number === number ? (entry.body as IncidentJson) : null;
    return body?.service === service ? body : null;
  }

  /**
   * Those that fit, the newest first, from `offset`; `total`: how many there are, as far as was looked. Rejects with
   * ThrottledError while others are being made.
   */
  async list(
    service: string,
    search: Search,
    part: { offset: number; limit: number },
  ): Promise<{ items: IncidentJson[]; total: number }> {
    if (this.#lists >= LISTS_MAX) throw new ThrottledError(1);
    this.#lists += 1;
    try {
      return await this.#list(service, search, part);
    } finally {
      this.#lists -= 1;
    }
  }

  async #list(
    service: string,
    search: Search,
    { offset, limit }: { offset: number; limit: number },
  ): Promise<{ items: IncidentJson[]; total: number }> {
    const found: IncidentJson[] = [];
    let before: number | undefined;
    for (let scanned = 0; scanned < SCAN_MAX; ) {
      const page = await this.#port.store().incidents({
        limit: PAGE,
        ...(search.openOnly ? { open: true } : {}),
        ...(before === undefined ? {} : { before }),
      });
      for (const { body } of page) {
        const incident = body as IncidentJson;
        if (incident.service === service && search.fits(incident)) found.push(incident);
      }
      scanned += page.length;
      before = page.at(-1)?.number;
      if (page.length < PAGE) break;
    }
    return { items: found.slice(offset, offset + limit), total: found.length };
  }

  async #caughtUp(lineage: string): Promise<void> {
    const row = this.#lately.get(lineage);
    if (row === undefined) return;
    if ((await this.#port.whenDone(row, WAIT_MS)) && this.#lately.get(lineage) === row)
      this.#lately.delete(lineage);
  }
}
