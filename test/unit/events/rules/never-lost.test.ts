import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_MESSAGE } from '../../../../src/relay/events/formats/rules/message.ts';
import { findingsOf } from '../../../../src/relay/events/formats/rules/check.ts';
import { Ruler } from '../../../../src/relay/events/ruler.ts';
import type { EventRule, RuleTest } from '../../../../src/relay/oncall/rule-types.ts';
import { mail, problem, recovery, rule, ruled } from './ruled.ts';

const texts = fc.oneof(
  fc.constantFrom('{host}/{check}', '{1}', '{x}', '{', '}}', '{label.team}', ' ', '{body}', '{{', '{999}'),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const patterns = fc.oneof(
  fc.constantFrom('*', 'db*', '?', '(?<x>d)(b)?', '(', '^$', '\\bq', '(a*)*b', '[^', '(?i)Disk', '\\pL+'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const fields = fc.constantFrom(
  'from',
  'to',
  'subject',
  'body',
  'severity',
  'action',
  'key',
  'host',
  'label.team',
  'header.x-priority',
  'json.a.b',
  'list-id',
  'nonsense',
  '',
  '__proto__',
);
const lists = fc.array(patterns, { minLength: 1, maxLength: 3 });
const tests: fc.Arbitrary<RuleTest> = fc.record(
  { glob: lists, regex: lists, notGlob: lists, notRegex: lists },
  { requiredKeys: [] },
);
const rules: fc.Arbitrary<EventRule> = fc.record(
  {
    id: fc.string({ minLength: 1, maxLength: 10 }),
    match: fc.dictionary(fields, tests, { maxKeys: 3 }),
    set: fc.record(
      {
        key: texts,
        severity: texts,
        summary: texts,
        host: texts,
        check: texts,
        service: texts,
        policy: texts,
        labels: fc.dictionary(fc.string({ maxLength: 8 }), texts, { maxKeys: 3 }),
        action: fc.constantFrom(
          'trigger' as const,
          'acknowledge' as const,
          'resolve' as const,
          'none' as const,
        ),
        suppress: fc.constant(true as const),
      },
      { requiredKeys: [] },
    ),
    stop: fc.constant(false as const),
  },
  { requiredKeys: ['id', 'match', 'set'] },
);

describe('whatever rules there are', () => {
  test('an alert comes out, with a key, a service that is known and a line that can be shown', () => {
    fc.assert(
      fc.property(
        fc.array(rules, { maxLength: 6 }),
        fc.string({ unit: 'binary', maxLength: 200 }),
        (some, text) => {
          const message = { ...mail, subject: text, body: text };
          for (const event of [problem, recovery]) {
            const { events } = ruled(some, [event], message);
            expect(events.length).toBeGreaterThan(0);
            for (const one of events) {
              expect(one.dedupKey.trim()).not.toBe('');
              expect(one.dedupKey.length).toBeLessThanOrEqual(255);
              expect(['default', 'db', 'team-web']).toContain(one.service);
              expect([undefined, 'default', 'dba']).toContain(one.policy);
              expect(one.summary).not.toMatch(/\p{Cc}/u);
              expect(one.dedupKey).not.toMatch(/\p{Cc}/u);
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test('rules that the check lets pass are all usable', () => {
    fc.assert(
      fc.property(rules, (one) => {
        const known = Object.keys(one.match).every((name) => !['nonsense', '', '__proto__'].includes(name));
        fc.pre(known && findingsOf([one]).every((finding) => finding.isWarning));
        expect(ruled([one]).tried.map(({ verdict }) => verdict)).not.toContain('unusable');
      }),
      { numRuns: 100 },
    );
  });
});

describe('a rule that fails', () => {
  const long = { ...mail, body: 'x'.repeat(5_000) };

  test('by taking too long leaves the alert as it was read, and says so', () => {
    const slow = rule({ id: 'slow', match: { body: { regex: ['y'] } }, set: { suppress: true } });
    let now = 0;
    const { events } = ruled([slow], [problem], long, () => (now += 300));
    expect(events).toEqual([
      {
        ...problem,
        reason:
          'read by its notification type PROBLEM; no rule was applied: rule slow took over 250 ms, and the alert stays as it was read',
      },
    ]);
  });

  test('by what a message does leaves it too', () => {
    const broken = {
      ...NO_MESSAGE,
      fields: () => {
        throw new Error('no such thing');
      },
    };
    const { events } = ruled([rule({ match: { 'json.a': { glob: ['x'] } } })], [problem], broken);
    expect(events).toMatchObject([{ action: 'trigger', dedupKey: problem.dedupKey }]);
    expect(events[0]?.reason).toContain('rule r failed (no such thing)');
  });

  test('since this version does not know it is passed over, and the others are tried', () => {
    const later = rule({ id: 'later', match: { moonphase: { glob: ['full'] } }, set: { suppress: true } });
    const other = rule({ id: 'other', set: { key: 'k' } });
    const { events } = ruled([later, other]);
    expect(events).toMatchObject([{ action: 'trigger', dedupKey: 'k', rule: 'other' }]);
    expect(events[0]?.reason).toContain('rule later can not be used (it knows no field "moonphase")');
  });

  test.each(['(a*)*b', '(x+x+)+y', '^(([a-z])+.)+[A-Z]([a-z])+$', '(?:a?){50}a{50}'])(
    'never for the text that somebody sends: %s',
    async (regex) => {
      const ruler = new Ruler(() => ({
        rules: [rule({ match: { body: { regex: [regex] } } })],
        services: ['default'],
        policies: [],
        defaultService: 'default',
        version: 1,
      }));
      const { events } = await ruler.rule({ ...mail, body: 'a'.repeat(100_000) }, [problem]);
      expect(events[0]?.reason).not.toContain('no rule was applied');
    },
  );
});
