import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeForm, readForm } from '../../../src/relay/messaging/answer-page/form.ts';
import { Guessed } from '../../../src/relay/messaging/answer-page/guessed.ts';
import { markup } from '../../../src/relay/messaging/answer-page/markup.ts';
import { answerPage, PAGE_BYTES, plainPage } from '../../../src/relay/messaging/answer-page/render.ts';
import { standingOf } from '../../../src/relay/messaging/answer-page/standing.ts';
import type { AnswerView, ShownIncident } from '../../../src/relay/messaging/answer-page/view.ts';
import type { Person } from '../../../src/relay/oncall/types.ts';

const KEY = new Uint8Array(32).fill(7);
const NOW_MS = Date.UTC(2026, 10, 21, 2, 14);

/** Whatever an alert, a name or a note may hold, and then some. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constantFrom(
    '</h2><script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onclick='x",
    '<form method=post action=https://evil.example>',
    '&lt;b&gt; &amp;',
    '\u202Egnp.exe',
    '`',
    ']]>',
    '--><!--',
  ),
  fc.string({ unit: fc.constantFrom('"', '<', '&', "'"), maxLength: 3_000 }),
);

const anyIncident: fc.Arbitrary<ShownIncident> = fc.record({
  number: fc.integer({ min: 1, max: 9_999_999 }),
  status: fc.constantFrom('triggered', 'acknowledged', 'snoozed', 'resolved'),
  until: fc.option(anyText),
  severity: fc.constantFrom('critical', 'error', 'warning', 'info', 'unknown'),
  service: anyText.map((text) => text.slice(0, 32)),
  summary: anyText,
  details: fc.option(anyText),
  opened: fc.constant('Sat 02:14 CET, 3m ago'),
  events: fc.integer({ min: 1, max: 9 }),
  assigned: fc.array(anyText, { maxLength: 4 }),
  told: fc.array(
    fc.record({ name: anyText, isReader: fc.boolean(), how: fc.array(anyText, { maxLength: 3 }) }),
    { maxLength: 20 },
  ),
  timeline: fc.array(fc.record({ at: fc.constant('Sat 02:14 CET'), text: anyText }), { maxLength: 60 }),
  form: fc.constant('12-mfk3x9ab-0f0f0fabcdef-abcdefghijklmnop'),
});

const anyView: fc.Arbitrary<AnswerView> = fc
  .record({
    incidents: fc.array(anyIncident, { minLength: 1, maxLength: 5 }),
    name: anyText,
    said: fc.option(
      fc.record({
        kind: fc.constantFrom('done' as const, 'pending' as const, 'nothing' as const),
        text: anyText,
      }),
    ),
    more: fc.integer({ min: 0, max: 500 }),
    others: fc.array(
      fc.record({ number: fc.nat(), service: anyText.map((text) => text.slice(0, 32)), summary: anyText }),
      {
        maxLength: 29,
      },
    ),
  })
  .map(({ incidents: all, name, said, more, others }) => ({
    others,
    name,
    said,
    more,
    incidents: others.length > 0 ? [] : all,
  }))
  .map(({ incidents, name, said, more, others }) => ({
    messageId: 'ana.47',
    name,
    incidents,
    allForm: 'all-mfk3x9ab-0f0f0fabcdef-abcdefghijklmnop',
    total: incidents.length + more,
    unanswered: more > 100 ? null : incidents.filter((one) => one.status === 'triggered').length,
    others: others.map((one) => ({ ...one, status: 'triggered' as const })),
    before: null,
    next: more > 0 ? 'p=2' : null,
    said,
    untilText: 'Sat 28 Nov 2026 02:14 CET',
    nowText: 'Sat 02:17 CET',
  }));

const DISK: AnswerView = {
  messageId: 'ana.47',
  name: 'Ana',
  incidents: [
    {
      number: 12,
      status: 'triggered',
      until: null,
      severity: 'critical',
      service: 'db',
      summary: 'disk full',
      details: null,
      opened: 'Sat 02:14 CET, 3m ago',
      events: 1,
      assigned: ['Ana'],
      told: [],
      timeline: [],
      form: '12-mfk3x9ab-0f0f0fabcdef-abcdefghijklmnop',
    },
  ],
  allForm: 'all-mfk3x9ab-0f0f0fabcdef-abcdefghijklmnop',
  total: 1,
  unanswered: 1,
  others: [],
  before: null,
  next: null,
  said: null,
  untilText: 'Sat 28 Nov 2026 02:14 CET',
  nowText: 'Sat 02:17 CET',
};

/** The tags of a page, in their order. */
const tags = (page: string): string[] => page.match(/<[^>]*>/g) ?? [];

/** The same with every text from outside as a harmless one. */
const tame = (view: AnswerView): AnswerView => {
  const word = (text: string): string => (text === '' ? '' : 'x');
  return {
    ...view,
    name: word(view.name),
    said: view.said === null ? null : { ...view.said, text: word(view.said.text) },
    others: view.others.map((one) => ({ ...one, service: word(one.service), summary: word(one.summary) })),
    incidents: view.incidents.map((one) => ({
      ...one,
      until: one.until === null ? null : word(one.until),
      service: word(one.service),
      summary: word(one.summary),
      details: one.details === null ? null : word(one.details),
      assigned: one.assigned.map(word),
      told: one.told.map((who) => ({ ...who, name: word(who.name), how: who.how.map(word) })),
      timeline: one.timeline.map(({ at, text }) => ({ at, text: word(text) })),
    })),
  };
};

describe('the page of a message', () => {
  it('has no tag that somebody else wrote, whatever alerts, names and notes say', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const page = answerPage(view);
        const own = new Set(tags(answerPage(tame(view))));
        expect(tags(page).filter((tag) => !own.has(tag))).toEqual([]);
        expect(page.slice(page.indexOf('<body>'))).not.toMatch(/[\u202a-\u202e\u2066-\u2069\0]/u);
      }),
    );
  });

  it('is small, whatever there is to tell', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        expect(Buffer.byteLength(answerPage(view))).toBeLessThan(PAGE_BYTES);
      }),
    );
  });

  it('has a button for what can be done, and none for what is over', () => {
    const page = (status: ShownIncident['status']): string =>
      answerPage({ ...DISK, incidents: DISK.incidents.map((one) => ({ ...one, status })) });
    expect(page('triggered')).toContain('value="ack"');
    expect(page('snoozed'), 'which ends the snooze').toContain('value="ack"');
    expect(page('acknowledged')).not.toContain('value="ack"');
    expect(page('acknowledged')).toContain('value="snooze-2h"');
    expect(page('resolved')).not.toContain('<button');
    expect(page('triggered')).not.toContain('Ack all');
    expect(answerPage({ ...DISK, total: 3, unanswered: 2 })).toContain('>Ack all 2<');
    expect(answerPage({ ...DISK, total: 3, unanswered: 0 })).not.toContain('Ack all');
  });

  it('loads again by itself only while an answer is being carried out', () => {
    const page = (kind: 'pending' | 'done'): string => answerPage({ ...DISK, said: { kind, text: 'so' } });
    expect(page('pending')).toContain('http-equiv="refresh"');
    expect(page('done')).not.toContain('refresh');
  });

  it('needs nothing else to be loaded', () => {
    const pages = [plainPage('No', 'no'), ...fc.sample(anyView, 20).map(tame).map(answerPage)].join('');
    expect(pages).not.toMatch(/\ssrc=|<link|<script|url\(|@import/);
  });

  it('escapes what is put in, in text and in attributes', () => {
    expect(markup`<a title="${'"<&>\'`'}">${'a\u0000b\u202Ec'}${null}${3}</a>`.text).toBe(
      '<a title="&quot;&lt;&amp;&gt;&#39;&#96;">a b c3</a>',
    );
  });
});

describe('what a button carries', () => {
  const facts = { messageId: 'ana.47', scope: 12, state: 'triggered ana' } as const;
  const form = makeForm(KEY, facts, NOW_MS, 'abcdef');
  const read = (field: string, nowMs = NOW_MS, messageId = 'ana.47') =>
    readForm(KEY, messageId, field, nowMs);

  it('is of that link and that incident, and says whether what was shown still holds', () => {
    const known = read(form);
    if (known.kind !== 'form') throw new Error(known.kind);
    expect(known.scope).toBe(12);
    expect(known.showed('triggered ana')).toBe(true);
    expect(known.showed('triggered ben')).toBe(false);
    expect(read(makeForm(KEY, { ...facts, scope: 'all' }, NOW_MS, 'a'))).toMatchObject({ scope: 'all' });
  });

  it('is forged for another message, another incident, with another key, or changed in any letter', () => {
    expect(read(form, NOW_MS, 'ana.48').kind).toBe('forged');
    expect(read(form, NOW_MS, 'ben.47').kind).toBe('forged');
    expect(read(form.replace('12-', '13-')).kind).toBe('forged');
    expect(read(form.replace('12-', 'all-')).kind).toBe('forged');
    expect(readForm(new Uint8Array(32), 'ana.47', form, NOW_MS).kind).toBe('forged');
    for (let at = 0; at < form.length; at += 1) {
      const changed = `${form.slice(0, at)}${form[at] === 'a' ? 'b' : 'a'}${form.slice(at + 1)}`;
      expect(read(changed).kind, changed).toBe('forged');
    }
  });

  it('is forged whatever is sent in its place', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => read(text).kind === 'forged'));
    expect(read('').kind).toBe('forged');
  });

  it('is old after half a day', () => {
    expect(read(form, NOW_MS + 12 * 3_600_000).kind).toBe('form');
    expect(read(form, NOW_MS + 12 * 3_600_000 + 1)).toEqual({ kind: 'old', scope: 12 });
  });
});

describe('a link', () => {
  const message = { channel: 'sms', to: '+15550100', claimedAtMs: NOW_MS } as const;
  const ana: Person = { id: 'ana', name: 'Ana', contacts: [{ channel: 'sms', address: '+15550100' }] };
  const WEEK_MS = 7 * 86_400_000;
  const at = (person: Person | undefined, nowMs = NOW_MS): string =>
    standingOf(message, person, nowMs, WEEK_MS);

  it('counts for so many days', () => {
    expect(at(ana)).toBe('open');
    expect(at(ana, NOW_MS + WEEK_MS - 1)).toBe('open');
    expect(at(ana, NOW_MS + WEEK_MS)).toBe('expired');
  });

  it('is over with its person, its phone, or an opt-out', () => {
    expect(at(undefined)).toBe('gone');
    expect(at({ ...ana, contacts: [{ channel: 'sms', address: '+15550101' }] })).toBe('gone');
    expect(at({ ...ana, contacts: [{ channel: 'email', address: '+15550100' }] })).toBe('gone');
    const off = { channel: 'sms', address: '+15550100', disabled: 'opted out' } as const;
    expect(at({ ...ana, contacts: [off] })).toBe('gone');
  });

  it('is revoked with all that were sent until then, and no later one', () => {
    expect(at({ ...ana, linksRevokedAtMs: NOW_MS })).toBe('revoked');
    expect(at({ ...ana, linksRevokedAtMs: NOW_MS - 1 })).toBe('open');
  });
});

describe('whoever tries links', () => {
  const asks = (guessed: Guessed, times: number, address: string, nowMs = NOW_MS): boolean[] =>
    Array.from({ length: times }, () => guessed.mayAsk(address, nowMs));

  it('is told to wait after thirty wrong ones, for ten minutes', () => {
    const guessed = new Guessed();
    expect(asks(guessed, 30, '192.0.2.1')).not.toContain(false);
    expect(guessed.mayAsk('192.0.2.1', NOW_MS + 599_000)).toBe(false);
    expect(guessed.mayAsk('192.0.2.2', NOW_MS)).toBe(true);
    expect(guessed.mayAsk('192.0.2.1', NOW_MS + 600_000)).toBe(true);
  });

  it('is one from all addresses of one network of IPv6', () => {
    const guessed = new Guessed();
    asks(guessed, 15, '2001:db8::1');
    asks(guessed, 15, '2001:db8:0:0:1::7');
    expect(guessed.mayAsk('2001:db8::9', NOW_MS)).toBe(false);
    expect(guessed.mayAsk('2001:db8:0:1::9', NOW_MS)).toBe(true);
    expect(guessed.mayAsk('::ffff:192.0.2.7', NOW_MS)).toBe(true);
  });

  it('takes no more memory than ten thousand of them', () => {
    const guessed = new Guessed();
    asks(guessed, 30, '192.0.2.1');
    for (let n = 0; n < 9_999; n += 1) guessed.mayAsk(`198.51.${n >> 8}.${n & 255}`, NOW_MS);
    expect(guessed.mayAsk('192.0.2.1', NOW_MS), 'known still').toBe(false);
    guessed.mayAsk('203.0.113.1', NOW_MS);
    expect(guessed.mayAsk('192.0.2.1', NOW_MS), 'forgotten, as the oldest').toBe(true);
  });
});
