/** Relay's numbers as points for StatsD: how much each counter has grown, what each gauge is, each duration there was. */
import {
  CounterFamily,
  ForeignCounterFamily,
  GaugeFamily,
  HistogramFamily,
  type Family,
  type Labels,
} from './series.ts';
import type { Point } from './statsd-lines.ts';
import { Thinned } from './thinned.ts';

/** Durations of one kind that are sent at most between two flushes; in a storm a sample of them. */
const DURATIONS = 200;

interface Durations {
  labels: Labels;
  thinned: Thinned;
}

/** Watches families from its making on: what they had counted before is not told. */
export class Points {
  readonly #counters: CounterFamily[];
  readonly #foreign: ForeignCounterFamily[];
  readonly #nameOf: (name: string) => string;
  readonly #gauges: GaugeFamily[];
  readonly #histograms: HistogramFamily[];
  /** By family and series: the total as told last. */
  readonly #told = new Map<string, number>();
  readonly #durations = new Map<string, Durations & { name: string }>();

  constructor(families: readonly Family[], nameOf: (name: string) => string = relayName) {
    this.#nameOf = nameOf;
    this.#foreign = families.filter((family) => family instanceof ForeignCounterFamily);
    this.#counters = families.filter((family) => family instanceof CounterFamily);
    this.#gauges = families.filter((family) => family instanceof GaugeFamily);
    this.#histograms = families.filter((family) => family instanceof HistogramFamily);
    for (const family of this.#counters)
      for (const { labels, value } of family.samples()) this.#told.set(keyOf(family.name, labels), value);
    for (const family of this.#histograms)
      family.watch((labels, seconds) => this.#observed(family.name, labels, seconds));
  }

  /** What has happened since the last time. */
  happened(): Point[] {
    const points: Point[] = [];
    const grown = (name: string, labels: Labels, by: number): void => {
      if (by > 0) points.push({ name: this.#nameOf(name), labels, kind: 'counter', value: by, rate: 1 });
    };
    for (const { name, labels, value, before } of this.#moved(this.#counters))
      grown(name, labels, value - (before ?? 0));
    // One that has fallen has begun anew from zero.
    for (const { name, labels, value, before } of this.#moved(this.#foreign))
      if (before !== undefined) grown(name, labels, value < before ? value : value - before);
    for (const { name, labels, thinned } of this.#durations.values()) {
      const { values, rate } = thinned.take();
      for (const seconds of values)
        points.push({
          name: this.#nameOf(name).replace(/_seconds$/u, ''),
          labels,
          kind: 'latency',
          value: seconds * 1_000,
          rate,
        });
    }
    return points;
  }

  /** How things stand. */
  standing(): Point[] {
    return this.#gauges.flatMap((family) =>
      family.samples().map(
        ({ labels, value }): Point => ({
          name: this.#nameOf(family.name),
          labels,
          kind: 'gauge',
          value,
          rate: 1,
        }),
      ),
    );
  }

  close(): void {
    for (const family of this.#histograms) family.watch(null);
  }

  /** Each series, with its total as told last; from now on that is the present one. */
  *#moved(families: readonly (CounterFamily | ForeignCounterFamily)[]) {
    for (const family of families) {
      for (const { labels, value } of family.samples()) {
        const key = keyOf(family.name, labels);
        const before = this.#told.get(key);
        this.#told.set(key, value);
        yield { name: family.name, labels, value, before };
      }
    }
  }

  #observed(name: string, labels: Labels, seconds: number): void {
    const key = keyOf(name, labels);
    let durations = this.#durations.get(key);
    if (durations === undefined) {
      durations = { name, labels, thinned: new Thinned(DURATIONS) };
      this.#durations.set(key, durations);
    }
    durations.thinned.add(seconds);
  }
}

const keyOf = (name: string, labels: Labels): string => `${name} ${JSON.stringify(labels)}`;

/**
 * `relay_inputs_accepted_total` is `inputs_accepted`, the histogram `relay_accept_durable_seconds` is `accept_durable`:
 * the prefix says relay, the type says total, and durations are sent in milliseconds. Gauges keep their unit.
 */
export const relayName = (name: string): string => name.replace(/^relay_/u, '').replace(/_total$/u, '');
