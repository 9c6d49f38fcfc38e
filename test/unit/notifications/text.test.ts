import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SEVERITIES } from '../../../src/relay/events/types.ts';
import { isGsm7, segments, septets } from '../../../src/relay/notifications/gsm7.ts';
import {
  answerText,
  emailText,
  fitSms,
  noticeText,
  smsText,
  testMail,
  testText,
  type Answer,
  type Told,
} from '../../../src/relay/notifications/text.ts';

const disk: Told = { number: 12, service: 'db', severity: 'critical', summary: 'disk full on db1' };
const web: Told = { number: 13, service: 'web', severity: 'unknown', summary: 'site is down.' };

const anyTold = fc.record({
  number: fc.integer({ min: 1, max: 9_999_999 }),
  service: fc.oneof(
    fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,31}$/),
    fc.string({ unit: 'binary', maxLength: 60 }),
  ),
  severity: fc.constantFrom(...SEVERITIES),
  summary: fc.oneof(
    fc.string({ unit: 'binary', maxLength: 1024 }),
    fc.string({ maxLength: 1024 }),
    fc.string({ unit: fc.constantFrom('{', '€', 'a', ' '), maxLength: 700 }),
    fc.constant('Reply 99a ack, 99c resolve'),
  ),
});
const anyCode = fc.integer({ min: 1, max: 99_999_999 });
const anyMark = fc.option(fc.constant('may be a repeat' as const), { nil: undefined });

describe('the SMS of a page', () => {
  it('names the incident and how to answer', () => {
    expect(smsText({ code: 47, answerable: true, members: [disk] })).toBe(
      '#12 CRITICAL db: disk full on db1. Reply 47a ack, 47c resolve',
    );
  });
  it('says no severity nobody knows, and no second full stop', () => {
    expect(smsText({ code: 48, answerable: true, members: [web] })).toBe(
      '#13 web: site is down. Reply 48a ack, 48c resolve',
    );
  });
  it('ends with its code where no answer can arrive', () => {
    expect(smsText({ code: 47, answerable: false, members: [disk] })).toBe(
      '#12 CRITICAL db: disk full on db1 [47]',
    );
  });
  it('says that it may be a repeat', () => {
    expect(smsText({ code: 47, answerable: true, members: [disk], mark: 'may be a repeat' })).toBe(
      '(may be a repeat) #12 CRITICAL db: disk full on db1. Reply 47a ack, 47c resolve',
    );
  });
  it('stays one line when the summary is not', () => {
    const summary = 'disk full\r\nReply-To: x\u0000\u2028now';
    expect(smsText({ code: 47, answerable: true, members: [{ ...disk, summary }] })).toBe(
      '#12 CRITICAL db: disk full Reply-To: x now. Reply 47a ack, 47c resolve',
    );
  });
  it('says so when nothing of the summary can be sent', () => {
    expect(smsText({ code: 47, answerable: true, members: [{ ...disk, summary: '🔥🔥' }] })).toBe(
      '#12 CRITICAL db: (no text). Reply 47a ack, 47c resolve',
    );
  });
  it('cuts a long summary, never the ending', () => {
    const text = smsText({
      code: 47,
      answerable: true,
      members: [{ ...disk, summary: 'disk full '.repeat(100) }],
    });
    expect(text).toMatch(/disk\.\.\. Reply 47a ack, 47c resolve$|full\.\.\. Reply 47a ack, 47c resolve$/);
    expect(segments(text)).toBe(2);
  });
  it('refuses to be about nothing', () => {
    expect(() => smsText({ code: 47, answerable: true, members: [] })).toThrow(/without an incident/);
  });
  it('is GSM-7, at most two segments, and ends whole, whatever the alert says', () => {
    fc.assert(
      fc.property(anyTold, anyCode, fc.boolean(), anyMark, (member, code, answerable, mark) => {
        const text = smsText({
          code,
          answerable,
          members: [member],
          ...(mark === undefined ? {} : { mark }),
        });
        expect(isGsm7(text)).toBe(true);
        expect(segments(text)).toBeLessThanOrEqual(2);
        expect(text.endsWith(answerable ? ` Reply ${code}a ack, ${code}c resolve` : ` [${code}]`)).toBe(true);
        expect(text.includes(`#${member.number} `)).toBe(true);
      }),
    );
  });
});

const LINK = 'https://alerts.example.com/a/ana.47.abcdefghijklmnop';
const anyLink = fc
  .integer({ min: 0, max: 300 })
  .map((length) => `https://${'r~'.repeat(length)}.example/a/ana.47.abcdefghijklmnop`);

describe('the link in an SMS', () => {
  it('stands behind how to reply', () => {
    expect(smsText({ code: 47, answerable: true, members: [disk], link: LINK })).toBe(
      `#12 CRITICAL db: disk full on db1. Reply 47a ack, 47c resolve, or ${LINK}`,
    );
    expect(smsText({ code: 51, answerable: true, members: [disk, web], link: LINK })).toBe(
      `2 incidents: #12 db: disk full on db1; #13 web: site is down. Reply 51a ack all, 51c resolve all, or ${LINK}`,
    );
  });
  it('is the only way where no reply can arrive', () => {
    expect(smsText({ code: 47, answerable: false, members: [disk], link: LINK })).toBe(
      `#12 CRITICAL db: disk full on db1. Answer: ${LINK} [47]`,
    );
  });
  it('is whole or not there, and takes no more segments, whatever the alert says and however long it is', () => {
    const members = fc.array(anyTold, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(members, anyCode, fc.boolean(), anyLink, (all, code, answerable, link) => {
        const few = all.slice(0, fitSms(all, { code, answerable, link }));
        const text = smsText({ code, answerable, members: few, link });
        expect(isGsm7(text)).toBe(true);
        expect(segments(text)).toBeLessThanOrEqual(few.length === 1 ? 2 : 3);
        const says = few.length === 1 ? 'resolve' : 'resolve all';
        const endings = answerable
          ? [`, ${code}c ${says}, or ${link}`, `, ${code}c ${says}`]
          : [` Answer: ${link} [${code}]`, ` [${code}]`];
        expect(
          endings.some((one) => text.endsWith(one)),
          text,
        ).toBe(true);
        if (septets(link) <= 120) expect(text).toContain(link);
      }),
    );
  });
  it('of a mail stands between the reply and the command', () => {
    const { body } = emailText({
      id: 'ana.47',
      answerable: true,
      members: [{ ...disk, openedAtMs: 0 }],
      link: LINK,
    });
    expect(body).toContain(
      `Reply to this mail with: ack or resolve (as the first line).\nOr answer here: ${LINK}\nTo answer on the relay host: relay ack 12`,
    );
    const without = emailText({
      id: 'ana.47',
      answerable: false,
      members: [{ ...disk, openedAtMs: 0 }],
      link: LINK,
    });
    expect(without.body).toContain(`\nAnswer here: ${LINK}\n`);
  });
});

describe('the SMS of several incidents', () => {
  it('lists them and answers for all', () => {
    expect(smsText({ code: 51, answerable: true, members: [disk, web] })).toBe(
      '2 incidents: #12 db: disk full on db1; #13 web: site is down. Reply 51a ack all, 51c resolve all',
    );
  });
  it('gives short summaries their length and cuts the long ones', () => {
    const long = { ...web, summary: 'certificate about to expire '.repeat(30) };
    const text = smsText({ code: 51, answerable: true, members: [disk, long, long] });
    expect(text).toContain('#12 db: disk full on db1; #13 web: certificate about to expire');
    expect(segments(text)).toBe(3);
  });
  it('counts those it can’t name', () => {
    const members = Array.from({ length: 40 }, (_, i) => ({
      ...disk,
      number: 100 + i,
      summary: 'x'.repeat(80),
    }));
    const text = smsText({ code: 51, answerable: true, members });
    const named = (text.match(/#1\d\d /g) ?? []).length;
    expect(text).toContain(`; and ${40 - named} more. Reply 51a ack all, 51c resolve all`);
    expect(named).toBeGreaterThan(5);
  });
  it('is GSM-7, at most three segments, and ends whole, whatever the alerts say', () => {
    fc.assert(
      fc.property(
        fc.array(anyTold, { minLength: 2, maxLength: 30 }),
        anyCode,
        fc.boolean(),
        anyMark,
        (members, code, answerable, mark) => {
          const message = { code, answerable, ...(mark === undefined ? {} : { mark }) };
          const fit = fitSms(members, message);
          expect(fit).toBeGreaterThanOrEqual(1);
          for (const told of [members, members.slice(0, Math.max(2, fit))]) {
            const text = smsText({ ...message, members: told });
            expect(isGsm7(text)).toBe(true);
            expect(segments(text)).toBeLessThanOrEqual(3);
            expect(
              text.endsWith(answerable ? ` Reply ${code}a ack all, ${code}c resolve all` : ` [${code}]`),
            ).toBe(true);
          }
          if (fit > 1) {
            const text = smsText({ ...message, members: members.slice(0, fit) });
            for (const one of members.slice(0, fit)) expect(text).toContain(`#${one.number} `);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the mail of a page', () => {
  const told = { ...disk, openedAtMs: Date.UTC(2025, 10, 24, 16), details: 'df:\r\n/dev/sda1 100%\u0007' };
  it('threads by number, says what happened, and how to answer', () => {
    expect(emailText({ id: 'ana.47', answerable: true, members: [told] })).toEqual({
      subject: '[#12] CRITICAL db: disk full on db1',
      body: [
        '#12 CRITICAL db: disk full on db1',
        '',
        'Incident: #12',
        'Service:  db',
        'Severity: critical',
        'Opened:   2025-11-24T16:00:00.000Z',
        '',
        '| df:',
        '| /dev/sda1 100%',
        '',
        'Reply to this mail with: ack or resolve (as the first line).',
        'To answer on the relay host: relay ack 12',
        '',
        'Message ana.47',
        '',
      ].join('\n'),
    });
  });
  it('names no answer by mail that would not arrive', () => {
    const { body } = emailText({ id: 'ana.47', answerable: false, members: [told] });
    expect(body).not.toContain('Reply to this mail');
    expect(body).toContain('relay ack 12');
  });
  it('bundles', () => {
    const { subject, body } = emailText({
      id: 'ana.51',
      answerable: true,
      members: [told, { ...web, openedAtMs: 0 }],
    });
    expect(subject).toBe('[2 incidents] #12 db: disk full on db1; #13 web: site is down.');
    expect(body).toContain('  relay ack 12\n  relay ack 13');
  });
  it('never lets an alert write a header', () => {
    fc.assert(
      fc.property(anyTold, (member) => {
        const { subject, body } = emailText({
          id: 'ana.47',
          answerable: true,
          members: [{ ...member, openedAtMs: 0 }],
          mark: 'may be a repeat',
        });
        expect(subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
        expect([...subject].length).toBeLessThanOrEqual(180);
        expect(subject.isWellFormed()).toBe(true);
        expect(body.endsWith('\n\nMessage ana.47\n')).toBe(true);
      }),
    );
  });
});

describe('test pages and notices', () => {
  it('show how a page is answered', () => {
    expect(testText('Ana', 48, true)).toBe(
      'Relay test for Ana: pages reach this phone. Nothing is wrong. Reply 48a ack, 48c resolve',
    );
    expect(testText('Ana', 48, false)).toBe(
      'Relay test for Ana: pages reach this phone. Nothing is wrong [48]',
    );
    expect(testMail('Ana', 'ana.48', true).body).toMatch(
      /Reply to this mail with: ack[\s\S]*Message ana\.48\n$/,
    );
  });
  it('end with their code', () => {
    expect(noticeText('Ben opted out of SMS.', 9)).toBe('Ben opted out of SMS. [9]');
  });
});

describe('the answer to a reply', () => {
  const named = { number: 12, summary: 'disk full on db1' };
  const rows: [Answer, string][] = [
    [{ kind: 'acked', members: [named] }, 'Acked #12 disk full on db1. [61]'],
    [
      { kind: 'acked', members: [named, { number: 13, summary: 'down' }] },
      'Acked #12 disk full on db1, #13 down. [61]',
    ],
    [{ kind: 'resolved', members: [named] }, 'Resolved #12 disk full on db1. [61]'],
    [{ kind: 'escalated', members: [named] }, 'Escalated #12 disk full on db1. [61]'],
    [
      { kind: 'already', state: 'acknowledged', by: 'Ben', members: [named] },
      '#12 was already acknowledged by Ben. [61]',
    ],
    [
      { kind: 'already', state: 'resolved', by: 'Ben', members: [named, { number: 13, summary: 'down' }] },
      'Already resolved by Ben: #12 disk full on db1, #13 down. [61]',
    ],
    [
      {
        kind: 'which',
        choices: [
          { code: 47, ...named },
          { code: 48, number: 13, summary: 'site is down.' },
        ],
      },
      'Which one? 47a #12 disk full on db1; 48a #13 site is down; aa for all. [61]',
    ],
    [{ kind: 'nothing' }, 'Nothing open to acknowledge. [61]'],
    [
      { kind: 'unknown-code', asked: 99 },
      'No page of yours has the code 99. Reply a to acknowledge if there is only one. [61]',
    ],
    [{ kind: 'unclear' }, 'Not understood. Reply CODE and a to acknowledge or c to resolve, e.g. 47a. [61]'],
    [{ kind: 'test' }, 'Test answered: replies from this phone arrive. [61]'],
  ];
  it.each(rows)('%j', (answer, text) => {
    expect(answerText(answer, 61)).toBe(text);
  });

  it('counts the choices it can’t list and never shows half a code', () => {
    const choices = Array.from({ length: 200 }, (_, i) => ({
      code: 1000 + i,
      number: 500 + i,
      summary: 'x'.repeat(99),
    }));
    const text = answerText({ kind: 'which', choices }, 61);
    const listed = [...text.matchAll(/(\d+)a #(\d+)/g)];
    expect(text).toContain(`; and ${200 - listed.length} more; aa for all. [61]`);
    for (const [i, one] of listed.entries()) expect([one[1], one[2]]).toEqual([`${1000 + i}`, `${500 + i}`]);
    expect(segments(text)).toBeLessThanOrEqual(2);
  });

  it('is GSM-7 in at most two segments and ends with its code', () => {
    fc.assert(
      fc.property(
        fc.array(anyTold, { minLength: 1, maxLength: 20 }),
        fc.constantFrom('acked', 'resolved', 'escalated', 'already', 'which'),
        fc.string({ unit: 'binary', maxLength: 80 }),
        (members, kind, by) => {
          const answer: Answer =
            kind === 'already'
              ? { kind, state: 'resolved', by, members }
              : kind === 'which'
                ? { kind, choices: members.map((one, i) => ({ code: 40 + i, ...one })) }
                : { kind: kind as 'acked', members };
          const text = answerText(answer, 61);
          expect(isGsm7(text)).toBe(true);
          expect(segments(text)).toBeLessThanOrEqual(2);
          expect(text.endsWith(' [61]')).toBe(true);
        },
      ),
    );
  });
});
