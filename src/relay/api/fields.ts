/** Reads a request's fields one by one and collects everything that is wrong, so that one answer names it all. */
import { usage } from './errors.ts';

/** No control characters: what goes into a subject, an SMS or a log line stays one line. */
// oxlint-disable-next-line no-control-regex -- refusing control characters is the point
const CONTROL = /[\u0000-\u001f\u007f]/;

export class Fields {
  readonly #values: Record<string, unknown>;
  readonly #problems: string[] = [];
  readonly #inner: Fields[] = [];
  readonly #at: string;

  /** `known`: every field the call understands; any other is a mistake worth telling. */
  constructor(body: unknown, known: readonly string[], at = '') {
    this.#at = at;
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
    if (!isObject) this.#problems.push(at === '' ? 'the body must be a JSON object' : 'must be an object');
    this.#values = isObject ? { ...body } : {};
    for (const name of Object.keys(this.#values)) {
      if (!known.includes(name))
        this.#problems.push(`${name}: not known here; known are ${known.join(', ')}`);
    }
  }

  /** Required text of one line, at most `max` characters. */
  text(name: string, max: number): string {
    const text = this.optionalText(name, max);
    if (text === undefined && !this.has(name)) this.#problems.push(`${name}: is missing`);
    return text ?? '';
  }

  optionalText(name: string, max: number): string | undefined {
    const text = this.lines(name, max);
    if (text !== undefined && CONTROL.test(text)) return this.#wrong(name, 'has control characters');
    return text;
  }

  /** As `optionalText`; given but empty, it is the empty text: a wish to take away what was there. */
  textOrEmpty(name: string, max: number): string | undefined {
    const value = this.#values[name];
    return typeof value === 'string' && value.trim() === '' ? '' : this.optionalText(name, max);
  }

  /** Optional text that may have line breaks, at most `max` characters. */
  lines(name: string, max: number): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values[name];
    if (typeof value !== 'string') return this.#wrong(name, 'must be text');
    if (value.trim() === '') return this.#wrong(name, 'is empty');
    if (value.length > max) return this.#wrong(name, `is longer than ${max} characters`);
    if (!value.isWellFormed()) return this.#wrong(name, 'is not valid Unicode');
    return value.trim();
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    if (!this.has(name)) return undefined;
    const found = choices.find((choice) => choice === this.#values[name]);
    return found ?? this.#wrong(name, `must be one of ${choices.join(', ')}`);
  }

  integer(name: string, min: number, max: number): number | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values[name];
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max)
      return value;
    return this.#wrong(name, `must be a whole number from ${min} to ${max}`);
  }

  flag(name: string): boolean {
    if (!this.has(name)) return false;
    const value = this.#values[name];
    if (typeof value === 'boolean') return value;
    this.#wrong(name, 'must be true or false');
    return false;
  }

  /** A list of objects, each read by `read` with its own name in the problems. */
  list<T>(name: string, max: number, read: (item: unknown, at: string) => T): T[] {
    const value = this.#values[name];
    if (!Array.isArray(value) || value.length === 0) {
      this.#wrong(name, 'must be a list with at least one entry');
      return [];
    }
    if (value.length > max) {
      this.#wrong(name, `has more than ${max} entries`);
      return [];
    }
    return value.map((item, index) => read(item, `${name}[${index}]`));
  }

  /** An object within a list: its problems carry `at` and count as ours. */
  inner(item: unknown, at: string, known: readonly string[]): Fields {
    const inner = new Fields(item, known, at);
    this.#inner.push(inner);
    return inner;
  }

  /** Whether a field is given at all. */
  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  /** What is given, as it is. */
  value(name: string): unknown {
    return this.#values[name];
  }

  /** Whether a list is given that has nothing in it. */
  isEmptyList(name: string): boolean {
    const value = this.#values[name];
    return Array.isArray(value) && value.length === 0;
  }

  /** Notes a problem found outside. */
  problem(text: string): void {
    this.#problems.push(text);
  }

  /** Rejects with everything that was wrong. Call it once all fields are read. */
  check(): void {
    const all = this.#all();
    if (all.length > 0) throw usage(all.join('; '));
  }

  #all(): string[] {
    const within = this.#inner.flatMap((one) => one.#all().map((problem) => `${one.#at}.${problem}`));
    return [...this.#problems, ...within];
  }

  #wrong(name: string, what: string): undefined {
    this.#problems.push(`${name}: ${what}`);
    return undefined;
  }
}

/** A whole number from a path or query; rejects with usage naming the field. */
export function wholeNumber(value: unknown, name: string, min = 0): number {
  const text = typeof value === 'string' ? value : '';
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(number) || number < min) throw usage(`${name}: must be a whole number from ${min}`);
  return number;
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Only the values that are there, for options that tell "absent" from "undefined". */
export function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}
