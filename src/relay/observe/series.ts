/**
 * Counters, gauges and histograms: the one place where relay's numbers are kept. They write themselves in Prometheus'
 * text format, version 0.0.4, and hand themselves out as samples for who pushes them (statsd.ts).
 */

/** Names and values, in the family's order. */
export type Labels = readonly (readonly [name: string, value: string])[];

/** One series of a counter or a gauge. */
export interface Sample {
  labels: Labels;
  value: number;
}

export interface Family {
  readonly name: string;
  /** HELP, TYPE and one line a series; each line ends with a newline. */
  text(): string;
}

/** More label combinations than this are a mistake of the caller; they are counted together as `other`. */
const MAX_SERIES = 200;

abstract class Labelled implements Family {
  readonly name: string;
  readonly #help: string;
  readonly #type: string;
  readonly #names: string[];
  /** By the series as Prometheus writes it. */
  readonly #series = new Map<string, Sample>();

  constructor(name: string, help: string, type: string, labels: string[]) {
    this.name = name;
    this.#help = help;
    this.#type = type;
    this.#names = labels;
    // A counter without labels is there from the start, so that its rate is known from the first scrape on.
    if (labels.length === 0) this.#series.set('', { labels: [], value: 0 });
  }

  /** Every series as it stands. */
  samples(): Sample[] {
    return [...this.#series.values()];
  }

  /** Series that are no more, such as those of files that aren't used any longer. */
  clear(): void {
    this.#series.clear();
  }

  protected change(values: string[], next: (before: number) => number): void {
    let labels = labelled(this.name, this.#names, values);
    let key = series(labels);
    if (!this.#series.has(key) && this.#series.size >= MAX_SERIES) {
      labels = labels.map(([name]) => [name, 'other'] as const);
      key = series(labels);
    }
    this.#series.set(key, { labels, value: next(this.#series.get(key)?.value ?? 0) });
  }

  text(): string {
    const lines = [...this.#series].map(([key, { value }]) => `${this.name}${key} ${number(value)}\n`);
    return `${head(this.name, this.#help, this.#type)}${lines.join('')}`;
  }
}

/** Only ever grows. */
export class CounterFamily extends Labelled {
  constructor(name: string, help: string, labels: string[]) {
    super(name, help, 'counter', labels);
  }

  /** Throws when `by` is negative or not a number: a counter that falls reads as a restart. */
  add(values: string[], by: number): void {
    if (!(by >= 0)) throw new Error(`${this.name} can't grow by ${by}`);
    this.change(values, (before) => before + by);
  }

  /** For totals that somebody else counts. */
  setTotal(values: string[], total: number): void {
    this.change(values, (before) => Math.max(before, total));
  }
}

/** A counter that somebody else keeps: it falls when they start again, and had counted before it was first seen. */
export class ForeignCounterFamily extends Labelled {
  constructor(name: string, help: string, labels: string[]) {
    super(name, help, 'counter', labels);
    this.clear();
  }

  set(values: string[], total: number): void {
    this.change(values, () => total);
  }
}

/** Goes up and down. */
export class GaugeFamily extends Labelled {
  constructor(name: string, help: string, labels: string[]) {
    super(name, help, 'gauge', labels);
  }

  set(values: string[], value: number): void {
    this.change(values, () => value);
  }
}

interface Buckets {
  labels: Labels;
  counts: number[];
  sum: number;
  count: number;
}

/** Told of each observation, in the family's own unit (seconds). */
export type ObservationWatcher = (labels: Labels, value: number) => void;

/** Counts of observations at or under each bound. */
export class HistogramFamily implements Family {
  readonly name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #names: string[];
  readonly #series = new Map<string, Buckets>();
  #watcher: ObservationWatcher | null = null;

  /** `bounds` ascend; the bucket without a bound comes by itself. */
  constructor(name: string, help: string, bounds: readonly number[], labels: string[] = []) {
    this.name = name;
    this.#help = help;
    this.#bounds = bounds;
    this.#names = labels;
    if (labels.length === 0) this.#buckets([]);
  }

  /** A negative value (the wall clock went back between two stamps) counts as 0. */
  observe(value: number, values: string[] = []): void {
    const seen = Math.max(0, value);
    const buckets = this.#buckets(labelled(this.name, this.#names, values));
    const at = this.#bounds.findIndex((bound) => seen <= bound);
    if (at !== -1) buckets.counts[at] = (buckets.counts[at] ?? 0) + 1;
    buckets.sum += seen;
    buckets.count += 1;
    this.#watcher?.(buckets.labels, seen);
  }

  /** One watcher at most; null ends it. */
  watch(watcher: ObservationWatcher | null): void {
    this.#watcher = watcher;
  }

  #buckets(labels: Labels): Buckets {
    const key = series(labels);
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (this.#series.size >= MAX_SERIES && labels.some(([, value]) => value !== 'other'))
      return this.#buckets(labels.map(([name]) => [name, 'other'] as const));
    const fresh = { labels, counts: this.#bounds.map(() => 0), sum: 0, count: 0 };
    this.#series.set(key, fresh);
    return fresh;
  }

  text(): string {
    const lines = [...this.#series].map(([key, { labels, counts, sum, count }]) => {
      let running = 0;
      const buckets = this.#bounds.map((bound, at) => {
        running += counts[at] ?? 0;
        return `${this.name}_bucket${series([...labels, ['le', String(bound)]])} ${running}\n`;
      });
      return [
        ...buckets,
        `${this.name}_bucket${series([...labels, ['le', '+Inf']])} ${count}\n`,
        `${this.name}_sum${key} ${number(sum)}\n`,
        `${this.name}_count${key} ${count}\n`,
      ].join('');
    });
    return `${head(this.name, this.#help, 'histogram')}${lines.join('')}`;
  }
}

function labelled(name: string, names: readonly string[], values: readonly string[]): Labels {
  if (values.length !== names.length)
    throw new Error(`${name} takes ${names.length} label values, got ${values.length}`);
  return names.map((label, at) => [label, values[at] ?? ''] as const);
}

/** `{name="value",…}`; nothing without labels. */
function series(labels: Labels): string {
  if (labels.length === 0) return '';
  return `{${labels.map(([name, value]) => `${name}="${escapeLabel(value)}"`).join(',')}}`;
}

function head(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function number(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(value);
}
