/** Alerts at an even pace through the hosts' public doors while something happens, and what became of each. */
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { Load, type SentAlert } from '../cluster/faults/load.ts';
import { readPage } from '../cluster/faults/pages.ts';
import { judge, type Verdict } from '../cluster/faults/verdict.ts';
import type { TestHost } from './setting.ts';
import { mailboxOf, type Stage } from './stage.ts';

/** As long as more and more are told nobody is lost; five JVMs may share two cores with all of it. */
const STANDS_STILL_MS = 120_000;
const LOOK_AGAIN_MS = 2_000;
/** Nothing may come after it: longer than a claim lives. */
const QUIET_MS = 12_000;

/** Not the numbers of an earlier run, whose incidents may still be open. */
let next = 1 + randomInt(900) * 1_000;

export interface UnderLoad<T> {
  result: T;
  sent: SentAlert[];
  verdict: Verdict;
  /** Alerts that some host turned away before another took them. */
  turnedAway: number;
  /** Alerts that nobody took. */
  refused: number;
}

/**
 * Sends `perSecond` alerts through `hosts` in turn while `act` runs and a moment before and after, waits until all is
 * done, and judges: nothing accepted is lost, nothing is told twice.
 */
export async function underLoad<T>(
  stage: Stage,
  {
    hosts,
    perSecond,
    beforeMs = 3_000,
  }: { hosts: readonly TestHost[]; perSecond: number; beforeMs?: number },
  act: () => Promise<T>,
): Promise<UnderLoad<T>> {
  const since = stage.standins.twilio.ledger.length;
  const first = next;
  const load = new Load({
    hosts: hosts.map((host) => stage.door(host)),
    services: stage.services,
    perSecond,
    first,
    mailbox: mailboxOf,
  });
  let result: T;
  let sent: SentAlert[] = [];
  try {
    await delay(beforeMs);
    result = await act();
    await delay(beforeMs);
  } finally {
    sent = await load.end();
    next = first + sent.length;
  }
  const look = async (): Promise<Verdict> => {
    const marks = new Set(sent.map(({ mark }) => mark));
    return judge({
      accepted: sent.flatMap(({ mark, taken }) => (taken === null ? [] : [{ mark, atMs: taken.atMs }])),
      incidents: (await stage.incidents()).flatMap(({ summary, number }) => {
        const mark = summary.split(' ')[0] ?? '';
        return marks.has(mark) ? [{ mark, number }] : [];
      }),
      pages: stage.standins.twilio.ledger.slice(since).map(readPage),
    });
  };
  await settled(look);
  await delay(QUIET_MS);
  const verdict = await look();
  return {
    result,
    sent,
    verdict,
    turnedAway: sent.filter(({ failures, taken }) => failures > 0 && taken !== null).length,
    refused: sent.filter(({ taken }) => taken === null).length,
  };
}

async function settled(look: () => Promise<Verdict>): Promise<void> {
  let least = Infinity;
  for (let movedMs = performance.now(); performance.now() - movedMs < STANDS_STILL_MS; ) {
    const { lost } = await look();
    if (lost === 0) return;
    if (lost < least) {
      least = lost;
      movedMs = performance.now();
    }
    await delay(LOOK_AGAIN_MS);
  }
}

/** The promise, as figures. */
export function expectPromiseKept({ verdict, refused }: UnderLoad<unknown>): void {
  expect(verdict.faults).toEqual([]);
  expect({ refused, lost: verdict.lost, repeated: verdict.repeated }).toEqual({
    refused: 0,
    lost: 0,
    repeated: 0,
  });
}
