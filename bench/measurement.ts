/** What a measurement is: one number that the README or the docs promise, and how it is found out. */
export interface Measurement {
  name: string;
  /** What it should be, in words; `Result.met` says whether it was. */
  goal: string;
  /** Left out unless it is named: it needs more than others do. */
  onlyNamed?: true;
  /** Bounded in time; leaves no process and no file behind. */
  run(say: (text: string) => void): Promise<Result>;
}

export interface Result {
  /** Named for what they are, units last. */
  values: Record<string, number>;
  met: boolean;
}

/** To `digits` after the point: more would only be noise. */
export function rounded(value: number, digits = 0): number {
  return Number(value.toFixed(digits));
}

/** The value below which `share` of the sorted values lie. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle one of a few. */
export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}
