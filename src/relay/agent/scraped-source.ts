/** An exporter on this host: asked by HTTP, and kept as families of what is wanted of it. */
import { ForeignCounterFamily, GaugeFamily } from '../observe/series.ts';
import { readExposition, type Scraped } from './exposition.ts';
import { get } from './lean-http.ts';
import type { Wanted } from './wanted.ts';

/** An exporter that takes longer, or says more, is broken or not what it is taken for. */
const WITHIN_MS = 5_000;
const AT_MOST_BYTES = 16 * 1024 * 1024;

export class ScrapedSource {
  readonly name: string;
  readonly families: readonly (ForeignCounterFamily | GaugeFamily)[];
  readonly #url: string;
  readonly #wanted: ReadonlyMap<string, { wanted: Wanted; family: ForeignCounterFamily | GaugeFamily }>;

  constructor(parts: { name: string; url: string; wanted: readonly Wanted[] }) {
    this.name = parts.name;
    this.#url = parts.url;
    this.#wanted = new Map(
      parts.wanted.map((wanted) => {
        const Made = wanted.kind === 'counter' ? ForeignCounterFamily : GaugeFamily;
        const family = new Made(wanted.name, wanted.why, [...wanted.labels]);
        return [wanted.name, { wanted, family }];
      }),
    );
    this.families = [...this.#wanted.values()].map(({ family }) => family);
  }

  /** Whether it answered. Without an answer nothing is known of it, and nothing told. Never rejects. */
  async read(): Promise<boolean> {
    const text = await fetchText(this.#url);
    for (const family of this.families) family.clear();
    if (text === null) return false;
    for (const scraped of readExposition(text, (name) => this.#wanted.has(name))) this.#take(scraped);
    return true;
  }

  #take({ name, labels, value }: Scraped): void {
    const found = this.#wanted.get(name);
    if (found === undefined || !Number.isFinite(value)) return;
    const { wanted, family } = found;
    for (const [label, only] of Object.entries(wanted.where ?? {})) if (labels.get(label) !== only) return;
    family.set(
      wanted.labels.map((label) => labels.get(label) ?? ''),
      value,
    );
  }
}

/** Null: it didn't answer, or not with 200. */
function fetchText(url: string): Promise<string | null> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, signal: AbortSignal.timeout(WITHIN_MS) }, (response) => {
      const chunks: Buffer[] = [];
      let sizeBytes = 0;
      response.on('data', (chunk: Buffer) => {
        sizeBytes += chunk.length;
        if (sizeBytes > AT_MOST_BYTES) request.destroy();
        else chunks.push(chunk);
      });
      response.on('error', () => resolve(null));
      response.on('close', () => resolve(null));
      response.on('end', () =>
        resolve(response.statusCode === 200 ? Buffer.concat(chunks).toString('utf8') : null),
      );
    });
    request.on('error', () => resolve(null));
  });
}
