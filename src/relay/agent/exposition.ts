/** Prometheus' text format, version 0.0.4, as exporters write it: one series a line. Pure. */

export interface Scraped {
  name: string;
  labels: ReadonlyMap<string, string>;
  value: number;
}

/**
 * The series whose names are wanted; a node of Cassandra may write thousands, and those lines are only looked at as far
 * as their name. A line that can't be read is skipped: one exporter's slip must not hide the rest.
 */
export function* readExposition(text: string, isWanted: (name: string) => boolean): Generator<Scraped> {
  for (const line of text.split('\n')) {
    const name = /^[a-zA-Z_:][\w:]*/u.exec(line)?.[0];
    if (name === undefined || !isWanted(name)) continue;
    const read = readSeries(name, line.slice(name.length));
    if (read !== null) yield read;
  }
}

/** Behind the name: `{a="b",…} value [timestamp]`. */
function readSeries(name: string, rest: string): Scraped | null {
  const labels = new Map<string, string>();
  let at = 0;
  if (rest.startsWith('{')) {
    at = 1;
    for (;;) {
      const label = /^\s*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?/u.exec(rest.slice(at));
      if (label === null) break;
      labels.set(label[1] ?? '', unescaped(label[2] ?? ''));
      at += label[0].length;
    }
    const end = /^\s*\}/u.exec(rest.slice(at));
    if (end === null) return null;
    at += end[0].length;
  }
  const [word = ''] = rest.slice(at).trim().split(/\s+/u);
  const value = numberOf(word);
  return value === null ? null : { name, labels, value };
}

function numberOf(word: string): number | null {
  if (word === '+Inf') return Number.POSITIVE_INFINITY;
  if (word === '-Inf') return Number.NEGATIVE_INFINITY;
  const value = word === '' ? Number.NaN : Number(word);
  return Number.isNaN(value) ? null : value;
}

const unescaped = (text: string): string =>
  text.replace(/\\(.)/gu, (_, mark: string) => (mark === 'n' ? '\n' : mark));
