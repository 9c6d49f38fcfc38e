/** SNS' certificates, kept: each host of AWS has one for months, and every message names it. */
import type { FetchPage, PageBounds } from './fetch-page.ts';

const BOUNDS: PageBounds = { timeoutMs: 2_500, maxBytes: 32 * 1024 };
const KEPT_MS = 24 * 3_600_000;
/** So long nobody waits again for one that was not to be had. */
const FAILED_MS = 60_000;
const KEPT_MAX = 32;

interface Kept {
  page: Promise<string>;
  untilMs: number;
}

export class Certificates {
  readonly #fetchPage: FetchPage;
  readonly #nowMs: () => number;
  readonly #kept = new Map<string, Kept>();

  /** `nowMs`: of a clock that never goes back. */
  constructor(fetchPage: FetchPage, nowMs: () => number) {
    this.#fetchPage = fetchPage;
    this.#nowMs = nowMs;
  }

  /** PEM. Rejects when it can't be had now; those who ask at the same time wait for one answer. */
  async get(url: URL): Promise<string> {
    const found = this.#kept.get(url.href);
    if (found !== undefined && this.#nowMs() < found.untilMs) return found.page;
    const kept: Kept = { page: this.#fetchPage(url, BOUNDS), untilMs: this.#nowMs() + KEPT_MS };
    this.#kept.delete(url.href);
    this.#kept.set(url.href, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
    try {
      return await kept.page;
    } catch (error) {
      kept.untilMs = this.#nowMs() + FAILED_MS;
      throw error;
    }
  }
}
