/** The team's rules for alerts in a roster file: what is wrong is told at its place, what changes in words. */
import { describe, expect, it } from 'vitest';
import { emptyRoster, removePolicy, removeService } from '../../../src/relay/oncall/edits.ts';
import { differences } from '../../../src/relay/oncall/file/differences.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { exportRoster } from '../../../src/relay/roster-file/export.ts';
import { read } from './texts.ts';

const TEAM = `people:
  ana: {name: Ana, phone: "+15550100"}
policies:
  default: {levels: [{people: [ana], after: 5m}]}
  dba: {levels: [{people: [ana], after: 5m}]}
services:
  default: {policy: default}
  db: {policy: default}
rules:
`;
const withRules = (...lines: string[]) => read(TEAM + lines.map((line) => `  - ${line}\n`).join(''));

/** `line:column text` of everything wrong with one rule, in the first line behind the team's. */
const wrong = (line: string): string[] =>
  withRules(line).problems.map(({ line: at, column, text }) => `${at}:${column} ${text}`);

describe('what is wrong with a rule', () => {
  it.each([
    [
      '{name: a, match: {hsot: "db*"}}',
      /^10:23 expected a field, got "hsot"; did you mean host\? Fields are from, to,/u,
    ],
    [
      '{name: a, match: {host: {regex: "("}}}',
      /^10:37 "\(" is no regular expression as RE2 has them: missing/u,
    ],
    ['{name: a, match: {host: {regex: "a(?=b)"}}}', /Lookaround is not there: use not:, or a second field$/u],
    ['{name: a, match: {host: {regex: "(a)\\\\1"}}}', /Backreferences are not there$/u],
    ['{name: a, match: {host: {regex: "(?:[a-z]{1,50}){1,20}"}}}', /is too large: write smaller numbers/u],
    ['{name: a, match: {host: {not: {regex: "["}}}}', /^10:\d+ "\[" is no regular expression/u],
    ['{name: a, match: {host: {}}}', /^10:29 expected a pattern, or keys with one \(glob, regex, not\)/u],
    ['{name: a, match: {host: {golb: x}}}', /did you mean glob\?/u],
    ['{name: a, match: {header.X-Priority: 1}}', /got the number 1: write it in quotes$/u],
    [
      '{name: a, set: {key: "{hots}"}}',
      /^10:26 \{hots\} is neither a group of its regex nor a field\. There are from/u,
    ],
    ['{name: a, set: {key: "{1}"}}', /^10:26 \{1\} is a group, and no field is matched by a regex$/u],
    [
      '{name: a, match: {host: {regex: "(a)"}}, set: {key: "{2}"}}',
      /\{2\} is a group, and the first regex with any has 1$/u,
    ],
    ['{name: a, set: {key: "{host/{check}"}}', /^10:26 "\{host\/\{check\}" has a brace alone; write/u],
    [
      '{name: a, set: {service: dbs}}',
      /^10:30 there is no service "dbs"; did you mean db\? Known are: default, db$/u,
    ],
    ['{name: a, set: {policy: office}}', /^10:29 there is no policy "office"\. Known are: default, dba$/u],
    ['{name: a, set: {severity: hgih}}', /expected one of critical, error, .* got "hgih"$/u],
    ['{name: a, set: {suppress: false}}', /expected true, or nothing at all, got false$/u],
    ['{match: {host: a}}', /name is missing: Names it where it took an alert/u],
  ])('%s', (line, expected) => {
    const [first] = wrong(line);
    expect(first).toMatch(expected);
  });

  it('two of one name are told apart by nobody', () => {
    expect(withRules('{name: a}', '{name: a}').problems).toMatchObject([
      { line: 11, text: 'there are two rules a: give each a name of its own' },
    ]);
  });

  it('names in braces that only the alert knows are no mistake', () => {
    expect(wrong('{name: a, set: {service: "{label.team}", severity: "{json.prio}", key: "{{x}}"}}')).toEqual(
      [],
    );
  });
});

describe('what is probably not meant', () => {
  const warned = (...lines: string[]): string[] =>
    withRules(...lines).warnings.flatMap(({ at, text }) =>
      at.startsWith('rules') ? [`${at}: ${text}`] : [],
    );

  it.each([
    ['a rule for every alert before it', '{name: a}', '{name: b, match: {host: x}}'],
    ['the same', '{name: a, match: {host: X}}', '{name: b, match: {host: x}}'],
    ['a wider one', '{name: a, match: {host: [x, y]}}', '{name: b, match: {host: y, source: cron}}'],
    ['anything there is', '{name: a, match: {host: "*"}}', '{name: b, match: {host: {regex: q}}}'],
  ])('a rule that takes nothing: %s', (_what, first, second) => {
    expect(warned(first, second)).toEqual([
      'rules[1]: this rule takes nothing: rule a before it takes all that it is for',
    ]);
  });

  it.each([
    ['others', '{name: a, match: {host: x}}', '{name: b, match: {host: y}}'],
    ['one that goes on', '{name: a, stop: false}', '{name: b}'],
    [
      'an expression that reads like a pattern',
      '{name: a, match: {host: {regex: x}}}',
      '{name: b, match: {host: x}}',
    ],
    ['one with exceptions', '{name: a, match: {host: {glob: "*", not: x}}}', '{name: b, match: {host: x}}'],
  ])('is not said of %s', (_what, first, second) => {
    expect(warned(first, second)).toEqual([]);
  });

  it.each(['{name: a, set: {suppress: true}}', '{name: a, match: {summary: "*"}, set: {suppress: true}}'])(
    'a rule that suppresses every alert: %s',
    (line) => {
      expect(warned(line)).toEqual([expect.stringMatching(/suppresses every alert: nobody would be told/)]);
    },
  );

  it.each([
    '{name: a, match: {host: "*"}, set: {suppress: true}}',
    '{name: a, match: {summary: {glob: "*", not: "x*"}}, set: {suppress: true}}',
  ])('which is not said of one for some: %s', (line) => {
    expect(warned(line)).toEqual([]);
  });

  it('a severity and an action that no alert has', () => {
    expect(warned('{name: a, match: {severity: [crit, "w*", High]}}')).toEqual([
      expect.stringContaining('no alert has the severity "crit": it is one of critical, error'),
      expect.stringContaining('no alert has the severity "High"'),
    ]);
    expect(warned('{name: a, match: {action: open}, set: {severity: info}}')).toEqual([
      expect.stringContaining('no alert has the action "open": it is one of trigger, acknowledge'),
    ]);
  });

  it('is not told while a rule has a mistake: what that one asks for is not known', () => {
    expect(
      warned('{name: a, match: {hsot: x}, set: {suppress: true}}', '{name: b, match: {host: y}}'),
    ).toEqual([]);
  });

  it('a problem that is moved without its recovery', () => {
    expect(warned('{name: a, match: {action: trigger}, set: {key: "{host}"}}')).toEqual([
      expect.stringContaining('a rule that sets one of them must take both'),
    ]);
  });
});

describe('rules in a roster', () => {
  const roster = (...lines: string[]): Roster => ({ ...withRules(...lines).roster, version: 1 });

  it('stay as they are where a file leaves them out', () => {
    const before = roster('{name: a, set: {service: db}}');
    expect(read(TEAM.replace('rules:\n', ''), before).roster.eventRules).toEqual(before.eventRules);
    expect(read('rules: []\n', before).roster).not.toHaveProperty('eventRules');
  });

  it('change in words, their order too', () => {
    const before = roster('{name: a, set: {severity: info}}', '{name: b}', '{name: c}');
    const after = roster('{name: b}', '{name: a, set: {severity: error}}', '{name: d}');
    expect(differences(before, after)).toEqual([
      '~ rule a, set, severity: info -> error',
      '- rule c',
      '+ rule d: name d',
      '~ rules: tried in the order b, a, d',
    ]);
  });

  it('keep what they send alerts to', () => {
    const ruled = roster('{name: a, set: {service: db, policy: dba}}');
    expect(() => removeService(ruled, 'db')).toThrow('Rule a sends alerts to service db');
    expect(() => removePolicy(ruled, 'dba')).toThrow('Rule a sends alerts to policy dba');
    expect(removeService(roster('{name: a}'), 'db').services).toHaveLength(1);
  });

  it('are told at the section that would take away what they name', () => {
    const ruled = roster('{name: a, set: {service: db}}');
    expect(read('services:\n  default: {policy: default}\n', ruled).problems[0]?.text).toBe(
      'service db is missing here, and rules 0 set service of the present roster names it: keep it, or say rules in this file too',
    );
  });

  it('are written as somebody would write them', () => {
    const { text } = exportRoster(
      roster('{name: a, match: {host: "db*", subject: {regex: "^x"}}, set: {key: "{host}"}, stop: false}'),
      null,
    );
    expect(text.split('rules:\n')[1]).toBe(
      '  - name: a\n    match:\n      host: db*\n      subject:\n        regex: ^x\n    set:\n      key: "{host}"\n    stop: false\n',
    );
  });

  it('are none in a roster that has none', () => {
    expect(emptyRoster()).not.toHaveProperty('eventRules');
  });
});
