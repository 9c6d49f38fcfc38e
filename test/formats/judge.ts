/** How well what was read agrees with what each fixture is. */
import { readFileSync } from 'node:fs';
import { readMailOffline, readRequestOffline } from '../../src/relay/events/offline.ts';
import type { AlertEvent } from '../../src/relay/events/types.ts';
import type { ExpectedEvent, Fixture } from './fixtures.ts';

export interface Read extends Fixture {
  /** Null: it was refused. */
  got: AlertEvent[] | null;
}

export async function readFixture(fixture: Fixture): Promise<Read> {
  const raw = readFileSync(fixture.path);
  const reading =
    fixture.http === null ? await readMailOffline(raw) : await readRequestOffline(raw, fixture.http);
  return { ...fixture, got: 'events' in reading ? reading.events : null };
}

/** Right and all, as `3 of 4`. */
export interface Score {
  right: number;
  of: number;
}

export interface Judged {
  source: string;
  files: number;
  actions: Score;
  /** Of two alerts: the same problem has one key, two problems have two. */
  pairs: Score;
  severities: Score;
  /** Different problems under one key: the one thing that must never be. */
  wrongMerges: number;
  /** One line each. */
  wrong: string[];
}

/** `reads`: of one source. */
export function judge(source: string, reads: readonly Read[]): Judged {
  const judged: Judged = {
    source,
    files: reads.length,
    actions: { right: 0, of: 0 },
    pairs: { right: 0, of: 0 },
    severities: { right: 0, of: 0 },
    wrongMerges: 0,
    wrong: [],
  };
  const known: { at: string; problem: string; key: string }[] = [];
  for (const { file, events, got } of reads) {
    for (const { expected, event } of matched(events, got)) {
      judged.actions.of += 1;
      if (event?.action === expected.action) judged.actions.right += 1;
      else judged.wrong.push(`${file}: ${expected.action} expected, read as ${event?.action ?? 'nothing'}`);
      if (expected.action === 'trigger') {
        judged.severities.of += 1;
        if (event?.severity === expected.severity) judged.severities.right += 1;
        else
          judged.wrong.push(
            `${file}: severity ${expected.severity ?? ''} expected, read as ${event?.severity ?? 'none'}`,
          );
      }
      if (expected.problem !== undefined && event !== undefined)
        known.push({ at: file, problem: expected.problem, key: event.dedupKey });
    }
  }
  for (const [index, one] of known.entries()) {
    for (const other of known.slice(index + 1)) {
      judged.pairs.of += 1;
      const same = one.problem === other.problem;
      if (same === (one.key === other.key)) judged.pairs.right += 1;
      else {
        if (!same) judged.wrongMerges += 1;
        judged.wrong.push(
          `${one.at} and ${other.at}: ${same ? 'one problem, two keys' : 'two problems, one key'}: ${one.key} | ${other.key}`,
        );
      }
    }
  }
  return judged;
}

/** By place; where there are fewer or more than expected, what is missing counts as wrong, and so does what is too much. */
function matched(
  expected: readonly ExpectedEvent[],
  got: readonly AlertEvent[] | null,
): { expected: ExpectedEvent; event: AlertEvent | undefined }[] {
  const most = Math.max(expected.length, got?.length ?? 0);
  return Array.from({ length: most }, (_, at) => ({
    expected: expected[at] ?? { action: 'none', why: 'one too many' },
    event: got?.[at],
  }));
}
