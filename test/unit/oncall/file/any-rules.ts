/** Any rules for alerts that a file could hold. */
import fc from 'fast-check';
import type { EventRule, RuleSets, RuleTest } from '../../../../src/relay/oncall/rule-types.ts';

const glob = fc.constantFrom('db*', '*', 'web?', '"quoted": #no comment', '[a-z]', '~', 'yes', '12');
const regex = fc.constantFrom('^db\\d+$', '(?i)fail', '\\[(?<team>\\w+)\\]', "it's");
const anyOf = (one: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
  fc.uniqueArray(one, { minLength: 1, maxLength: 3 });
const test: fc.Arbitrary<RuleTest> = fc
  .record(
    { glob: anyOf(glob), regex: anyOf(regex), notGlob: anyOf(glob), notRegex: anyOf(regex) },
    { requiredKeys: [] },
  )
  .filter((one) => Object.keys(one).length > 0);
const field = fc.constantFrom(
  'from',
  'subject',
  'host',
  'header.X-Team',
  'label.team',
  'json.a.0.b',
  'severity',
);
const text = fc.constantFrom('{host}/{check}', '{label.team}', '{{plain}}', 'text: with # signs');

const set = (services: readonly string[], policies: readonly string[]): fc.Arbitrary<RuleSets> =>
  fc.record(
    {
      key: text,
      severity: fc.constantFrom('critical', '{json.priority}'),
      summary: text,
      host: text,
      check: text,
      service: fc.constantFrom(...services, '{label.team}'),
      policy: fc.constantFrom(...policies, '{label.policy}'),
      labels: fc.dictionary(fc.constantFrom('team', 'Env', 'a b'), text, { minKeys: 1, maxKeys: 2 }),
      action: fc.constantFrom('trigger' as const, 'none' as const),
      suppress: fc.constant(true as const),
    },
    { requiredKeys: [] },
  );

/** Each with a name of its own; absent: there are none. */
export const anyRules = (
  services: readonly string[],
  policies: readonly string[],
): fc.Arbitrary<{ eventRules?: EventRule[] }> =>
  fc
    .array(
      fc.record(
        {
          why: fc.constantFrom('because', 'a: b'),
          match: fc.dictionary(field, test, { maxKeys: 3 }),
          set: set(services, policies),
          stop: fc.constant(false as const),
        },
        { requiredKeys: ['match', 'set'] },
      ),
      { maxLength: 3 },
    )
    .map((rules) =>
      rules.length === 0
        ? {}
        : { eventRules: rules.map((rule, at): EventRule => ({ id: `rule ${at}`, ...rule })) },
    );
