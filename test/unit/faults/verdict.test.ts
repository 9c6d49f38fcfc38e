/** What counts as lost and as repeated when alerts came in during a fault. */
import { describe, expect, it } from 'vitest';
import { markOf, type Page, readPage } from '../../cluster/faults/pages.ts';
import { isKept, type Row, tableText } from '../../cluster/faults/table.ts';
import { type Evidence, judge } from '../../cluster/faults/verdict.ts';

const PHONE = '+15550120';
const [one, two] = [markOf(1), markOf(2)];

const page = (marks: string[], more: Partial<Page> = {}): Page => ({
  atMs: 2_000,
  to: PHONE,
  code: 1,
  marks,
  alone: null,
  ...more,
});

const evidence = (more: Partial<Evidence> = {}): Evidence => ({
  accepted: [{ mark: one, atMs: 1_000 }],
  incidents: [{ mark: one, number: 11 }],
  pages: [page([one])],
  ...more,
});

describe('the verdict on a fault', () => {
  it('is good when an accepted alert has one incident and one page', () => {
    expect(judge(evidence())).toEqual({
      accepted: 1,
      lost: 0,
      repeated: 0,
      degraded: 0,
      longestMs: 1_000,
      p99Ms: 1_000,
      faults: [],
    });
  });

  it.each<[string, Partial<Evidence>, string]>([
    ['without an incident', { incidents: [] }, 'has no incident'],
    ['that nobody was told of', { pages: [] }, 'was told to nobody'],
    ['whose incident is about another one', { incidents: [{ mark: two, number: 11 }] }, 'has no incident'],
    ['while only the other one was told', { pages: [page([two])] }, 'was told to nobody'],
    ['without anything', { incidents: [], pages: [] }, 'has no incident and was told to nobody'],
  ])('sees an accepted alert %s as lost, once', (_, change, why) => {
    const { lost, repeated, faults } = judge(evidence(change));
    expect({ lost, repeated }).toEqual({ lost: 1, repeated: 0 });
    expect(faults).toEqual([`${one} was accepted and ${why}`]);
  });

  it.each<[string, Partial<Evidence>]>([
    [
      'two incidents',
      {
        incidents: [
          { mark: one, number: 11 },
          { mark: one, number: 12 },
        ],
      },
    ],
    ['two pages', { pages: [page([one]), page([one], { code: 2 })] }],
    ['the same message twice', { pages: [page([one]), page([one], { atMs: 3_000 })] }],
    ['a page of its own after a bundle', { pages: [page([one, two]), page([one], { code: 2 })] }],
    [
      'two pages of one host alone',
      { pages: [page([one], { alone: 'h1' }), page([one], { alone: 'h1', code: 2 })] },
    ],
    ['a page of two people', { pages: [page([one]), page([one], { to: '+15550121' })] }],
    [
      'a text without an alert in it twice',
      { pages: [page([one]), page([], { code: 5 }), page([], { code: 5 })] },
    ],
  ])('sees %s as repeated, though nobody was told that it was accepted', (_, change) => {
    const { lost, repeated, faults } = judge(evidence({ accepted: [], ...change }));
    expect({ lost, repeated }).toEqual({ lost: 0, repeated: 1 });
    expect(faults).toHaveLength(1);
  });

  it('allows one page of each host alone beside the one together, and counts them', () => {
    const pages = [
      page([one], { alone: 'h1', code: 910_001 }),
      page([one], { alone: 'h2', code: 920_001 }),
      page([one], { code: 3 }),
    ];
    expect(judge(evidence({ pages }))).toMatchObject({ lost: 0, repeated: 0, degraded: 2 });
  });

  it('lists an incident once though it was read twice', () => {
    const incidents = [
      { mark: one, number: 11 },
      { mark: one, number: 11 },
    ];
    expect(judge(evidence({ incidents }))).toMatchObject({ lost: 0, repeated: 0 });
  });

  it('doesn’t count an alert that no sender saw accepted', () => {
    expect(judge(evidence({ accepted: [], incidents: [], pages: [] }))).toEqual({
      accepted: 0,
      lost: 0,
      repeated: 0,
      degraded: 0,
      longestMs: null,
      p99Ms: null,
      faults: [],
    });
  });

  it('measures from the sender’s answer to the first page, and a page before the answer as none', () => {
    const accepted = [
      { mark: one, atMs: 1_000 },
      { mark: two, atMs: 5_000 },
    ];
    const incidents = [
      { mark: one, number: 11 },
      { mark: two, number: 12 },
    ];
    const pages = [page([one], { alone: 'h1', atMs: 4_000 }), page([one, two], { atMs: 4_500, code: 2 })];
    expect(judge({ accepted, incidents, pages })).toMatchObject({ longestMs: 3_000, p99Ms: 3_000 });
    const late = Array.from({ length: 200 }, (_, at) => ({ mark: markOf(at), atMs: at }));
    const told = late.map(({ mark }, at) => page([mark], { atMs: 1_000, code: at }));
    const listed = late.map(({ mark }, number) => ({ mark, number }));
    expect(judge({ accepted: late, incidents: listed, pages: told })).toMatchObject({
      longestMs: 1_000,
      p99Ms: 999,
    });
  });
});

describe('a text on a phone', () => {
  const read = (body: string) => readPage({ to: PHONE, body, acceptedAtMs: 7 });

  it('tells its alerts, its code and who sent it', () => {
    expect(read(`#1 CRITICAL s1: ${one} disk full. Reply 47a ack, 47c resolve`)).toEqual({
      atMs: 7,
      to: PHONE,
      code: 47,
      marks: [one],
      alone: null,
    });
    expect(
      read(
        `[no quorum, sent by h3] 2 incidents: #930001 s1: ${one} disk full; #930002 s1: ${two} disk. Reply 930003a ack all, 930003c resolve all`,
      ),
    ).toMatchObject({ code: 930_003, marks: [one, two], alone: 'h3' });
    expect(read('Relay test for Ana: pages reach this phone. Nothing is wrong [9]')).toMatchObject({
      code: 9,
      marks: [],
    });
    expect(read('Acknowledged #1.')).toMatchObject({ code: null, marks: [] });
  });
});

describe('the table of faults', () => {
  const row = (more: Partial<Row> = {}): Row => ({
    ...judge(evidence()),
    name: 'healthy',
    title: 'nothing',
    settledMs: 12_340,
    refused: 0,
    slow: null,
    ...more,
  });

  it('names every fault with its numbers', () => {
    expect(tableText([row(), row({ title: 'kill -9 one node', accepted: 700, longestMs: null })])).toBe(
      [
        'fault             accepted  lost  repeated  degraded pages  longest accept-to-call     p99  settled after',
        '----------------  --------  ----  --------  --------------  ----------------------  ------  -------------',
        'nothing                  1     0         0               0                  1.00 s  1.00 s        12.34 s',
        'kill -9 one node       700     0         0               0                       -  1.00 s        12.34 s',
      ].join('\n'),
    );
  });

  it('is kept only when something was accepted, and nothing lost or repeated', () => {
    expect(isKept([row(), row()])).toBe(true);
    expect(isKept([])).toBe(false);
    expect(isKept([row(), row({ lost: 1 })])).toBe(false);
    expect(isKept([row(), row({ repeated: 1 })])).toBe(false);
    expect(isKept([row(), row({ accepted: 0 })])).toBe(false);
  });
});
