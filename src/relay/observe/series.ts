/** Counters, gauges and histograms that write themselves in Prometheus' text format, version 0.0.4. */

export interface Family {
  /** HELP, TYPE and one line a series; each line ends with a newline. */
  text(): string;
}

/** More label combinations than this are a mistake of the caller; they are counted together as `other`. */
const MAX_SERIES = 200;

abstract class Labelled implements Family {
  readonly name: string;
  readonly #help: string;
  readonly #type: string;
  readonly #labels: string[];
  readonly #values = new Map<string, number>();

  constructor(name: string, help: string, type: string, labels: string[]) {
    this.name = name;
    this.#help = help;
    this.#type = type;
    this.#labels = labels;
    // A counter without labels is there from the start, so that its rate is known from the first scrape on.
    if (labels.length === 0) this.#values.set('', 0);
  }

  protected change(values: string[], next: (before: number) => number): void {
    let key = this.#key(values);
    if (!this.#values.has(key) && this.#values.size >= MAX_SERIES) key = this.#key(values.map(() => 'other'));
    this.#values.set(key, next(this.#values.get(key) ?? 0));
  }

  #key(values: string[]): string {
    if (values.length !== this.#labels.length) {
      throw new Error(`${this.name} takes ${this.#labels.length} label values, got ${values.length}`);
    }
    if (values.length === 0) return '';
    return `{${values.map((value, at) => `${this.#labels[at]}="${escapeLabel(value)}"`).join(',')}}`;
  }

  text(): string {
    const lines = [...this.#values].map(([labels, value]) => `${this.name}${labels} ${number(value)}\n`);
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

/** Goes up and down. */
export class GaugeFamily extends Labelled {
  constructor(name: string, help: string, labels: string[]) {
    super(name, help, 'gauge', labels);
  }

  set(values: string[], value: number): void {
    this.change(values, () => value);
  }
}

/** Counts of observations at or under each bound. */
export class HistogramFamily implements Family {
  readonly #name: string;
  readonly #help: string;
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;
  #count = 0;

  /** `bounds` ascend; the bucket without a bound comes by itself. */
  constructor(name: string, help: string, bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#bounds = bounds;
    this.#counts = bounds.map(() => 0);
  }

  /** A negative value (the wall clock went back between two stamps) counts as 0. */
  observe(value: number): void {
    const seen = Math.max(0, value);
    const at = this.#bounds.findIndex((bound) => seen <= bound);
    if (at !== -1) this.#counts[at] = (this.#counts[at] ?? 0) + 1;
    this.#sum += seen;
    this.#count += 1;
  }

  text(): string {
    let running = 0;
    const buckets = this.#bounds.map((bound, at) => {
      running += this.#counts[at] ?? 0;
      return `${this.#name}_bucket{le="${bound}"} ${running}\n`;
    });
    return [
      head(this.#name, this.#help, 'histogram'),
      ...buckets,
      `${this.#name}_bucket{le="+Inf"} ${this.#count}\n`,
      `${this.#name}_sum ${number(this.#sum)}\n`,
      `${this.#name}_count ${this.#count}\n`,
    ].join('');
  }
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
