/** What became of the alerts of one scenario, judged by what senders, phones and the incident list say. Pure. */
import type { Page } from './pages.ts';

export interface Evidence {
  /** What senders were told is accepted: each mark once, and when they were told. */
  accepted: readonly { mark: string; atMs: number }[];
  /** Every incident there is about these alerts; several for one mark are several incidents. */
  incidents: readonly { mark: string; number: number }[];
  /** Every text that reached a phone. */
  pages: readonly Page[];
}

export interface Verdict {
  accepted: number;
  /** Accepted, and no incident, or nobody told. */
  lost: number;
  /** Told again: by a second incident, a second page, or the same message twice. */
  repeated: number;
  /** Pages that a host sent alone, marked as such; at most one a host and incident, or they count as repeated. */
  degraded: number;
  /** From the sender's answer to the phone network's; null when nothing was paged. */
  longestMs: number | null;
  p99Ms: number | null;
  /** What is wrong, a line each. */
  faults: string[];
}

/**
 * Alerts that nobody accepted may have been paged or not, since a sender that gives up can't know; but not twice.
 * A page sent alone and one sent together may both be about the same incident: the first says that it may be so.
 */
export function judge({ accepted, incidents, pages }: Evidence): Verdict {
  const faults: string[] = [];
  const numbers = grouped(incidents, ({ mark }) => [mark]);
  const told = grouped(pages, ({ marks }) => marks);
  let lost = 0;
  let repeated = 0;
  const tookMs: number[] = [];
  for (const { mark, atMs } of accepted) {
    const pagesOf = told.get(mark) ?? [];
    const missing = [
      ...(numbers.has(mark) ? [] : ['has no incident']),
      ...(pagesOf.length > 0 ? [] : ['was told to nobody']),
    ];
    if (missing.length > 0) {
      lost += 1;
      faults.push(`${mark} was accepted and ${missing.join(' and ')}`);
    }
    // Nobody has to wait for a page that comes before the sender hears of it.
    if (pagesOf.length > 0) tookMs.push(Math.max(0, Math.min(...pagesOf.map((page) => page.atMs)) - atMs));
  }
  for (const [mark, several] of numbers) {
    const distinct = new Set(several.map(({ number }) => number));
    if (distinct.size === 1) continue;
    repeated += distinct.size - 1;
    faults.push(`${mark} has ${distinct.size} incidents: ${[...distinct].join(', ')}`);
  }
  for (const [mark, several] of told) {
    const bySender = grouped(several, ({ alone }) => [alone ?? 'all together']);
    for (const [sender, same] of bySender) {
      if (same.length === 1) continue;
      repeated += same.length - 1;
      faults.push(`${mark} was told ${same.length} times by ${sender}: ${same.map(show).join(', ')}`);
    }
  }
  const sent = grouped(pages, ({ to, code }) => (code === null ? [] : [`${to} code ${code}`]));
  for (const [message, same] of sent) {
    // Of what is about our alerts, that has been counted above.
    if (same.length === 1 || same.some(({ marks }) => marks.length > 0)) continue;
    repeated += same.length - 1;
    faults.push(`the message to ${message} went out ${same.length} times`);
  }
  tookMs.sort((a, b) => a - b);
  return {
    accepted: accepted.length,
    lost,
    repeated,
    degraded: pages.filter(({ alone, marks }) => alone !== null && marks.length > 0).length,
    longestMs: tookMs.at(-1) ?? null,
    p99Ms: tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * 0.99))] ?? null,
    faults,
  };
}

function grouped<T>(items: readonly T[], keys: (item: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    for (const key of keys(item)) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [item]);
      else group.push(item);
    }
  }
  return groups;
}

const show = ({ to, code, atMs }: Page): string =>
  `${new Date(atMs).toISOString().slice(11, 23)} to ${to} with code ${code ?? 'none'}`;
