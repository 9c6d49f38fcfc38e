/** What a roster file must not hold, each told at its line and column with what to do. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readRosterText } from '../../../src/relay/roster-file/read.ts';
import { applied, NOW_MS, problemsOf, read, said, TEXT } from './texts.ts';

/** TEXT with one thing changed; fails when there is nothing to change. */
function changed(from: string, to: string): string {
  if (!TEXT.includes(from)) throw new Error(`the text has no ${from}`);
  return TEXT.replace(from, to);
}

describe('a right text', () => {
  it('has no problem, and says what it means', () => {
    const { roster, problems, warnings } = read(TEXT);
    expect(problems).toEqual([]);
    expect(warnings.map((one) => one.text)).toEqual([
      'service default has no key, so that only mail from your networks reaches it. Make one with: relay service key default',
    ]);
    expect(roster).toEqual({
      version: 0,
      people: [
        {
          id: 'ana',
          name: 'Ana Lopez',
          zone: 'Europe/Berlin',
          contacts: [
            { channel: 'sms', address: '+15550100' },
            { channel: 'email', address: 'ana@example.com' },
          ],
        },
        { id: 'ben', name: 'Ben', contacts: [{ channel: 'email', address: 'ben@example.com' }] },
      ],
      groups: [{ id: 'dba', people: ['ana', 'ben'] }],
      rotations: [
        {
          id: 'ops',
          zone: 'Europe/Berlin',
          layers: [
            {
              members: ['ana', 'ben'],
              shift: { every: 1, unit: 'weeks' },
              start: '2026-11-16',
              handoff: '09:00',
            },
          ],
        },
      ],
      policies: [
        {
          id: 'default',
          levels: [
            { people: [], rotations: ['ops'], afterMs: 300_000 },
            { people: ['ben'], afterMs: 600_000 },
          ],
          repeat: 3,
        },
      ],
      services: [{ id: 'default', policy: 'default', keyHashes: [] }],
      overrides: [],
      defaultService: 'default',
    });
  });

  it('leaves alone what it does not say, and says all of what it says', () => {
    const base = said();
    const { roster, problems } = read('groups:\n  front: [ben]\n', base);
    expect(problems).toEqual([]);
    expect(roster).toEqual({ ...base, groups: [{ id: 'front', people: ['ben'] }] });
    expect(read('groups: {}\n', base).roster.groups).toEqual([]);
  });
});

describe('what is wrong stands at its line and column', () => {
  test.each<[string, string, string]>([
    [
      'a phone without quotes',
      changed('"+15550100"', '+15550100'),
      '4:33: people.ana.phone: expected text, got the number 15550100: write it in quotes',
    ],
    [
      'a phone that is none',
      changed('"+15550100"', '"555"'),
      '4:33: people.ana.phone: "555" is no phone number in international form. Write it with + and the country code, like +15550100',
    ],
    [
      'a mail address that is none',
      changed('ana@example.com', 'ana at home'),
      '4:53: people.ana.email: "ana at home" is no mail address. Write it like ana@example.com',
    ],
    [
      'no way to be reached',
      changed('{name: Ben, email: ben@example.com}', '{name: Ben}'),
      '5:3: people.ben: there is no way to reach this person: give phone, email, voice, push or contacts',
    ],
    [
      'an address of two people',
      changed('ben@example.com', 'ana@example.com'),
      '5:27: people.ben.email: ana@example.com belongs to ana (Ana Lopez). A phone or address belongs to one person, so that an answer from it is theirs',
    ],
    [
      'a name with a meaning of its own',
      changed('  dba:', '  show:'),
      '9:3: groups.show: "show" has a meaning of its own and can\'t name a group. Choose another name',
    ],
    [
      'a zone that is none',
      changed('    zone: Europe/Berlin', '    zone: Europe/Berlino'),
      '12:11: rotations.ops.zone: "Europe/Berlino" is no time zone. Write it like Europe/Berlin',
    ],
    [
      'an unknown key',
      changed('handoff:', 'handof:'),
      '17:9: rotations.ops.layers[0].handof: expected one of members, shift, start, handoff, during, got an unknown key; did you mean handoff?',
    ],
    [
      'a shift without a length',
      changed('1 week', 'weekly'),
      '15:16: rotations.ops.layers[0].shift: expected the length of a shift such as 12 hours, 1 day, 2 weeks or 1 month, got "weekly"',
    ],
    [
      'a shift that is too long',
      changed('1 week', '99 weeks'),
      '14:9: rotations.ops.layers[0]: The rotation: a shift lasts 1 to 52 weeks. For example 12 hours, 1 day or 1 week',
    ],
    [
      'a day that does not exist',
      changed('2026-11-16', '2026-02-30'),
      '16:16: rotations.ops.layers[0].start: The rotation: "2026-02-30" is no date to start on. Write it like 2026-11-16',
    ],
    [
      'a time without its zero',
      changed('"09:00"', '"9:00"'),
      '17:18: rotations.ops.layers[0].handoff: expected a time of day such as "09:00", got "9:00"',
    ],
    [
      'a duration that is a number',
      changed('600s', '600'),
      '23:16: policies.default.levels[1].after: expected a duration such as 30s, 5m, 1h30m or 2d, got the number 600',
    ],
    [
      'a delay that is too long',
      changed('600s', '8d'),
      '22:9: policies.default.levels[1]: Level 2 must wait over 0 and at most 7d before the next. For example: after 5m',
    ],
    [
      'a level of nobody',
      changed('people: [ben]   # then', 'people: []   # then'),
      '22:9: policies.default.levels[1]: this level names nobody: give people, rotations or groups',
    ],
    [
      'somebody twice',
      changed('[ben]   # then', '[ben, ben]   # then'),
      '22:23: policies.default.levels[1].people[1]: "ben" stands here twice: once is enough',
    ],
    [
      'somebody who is not there',
      changed('[ben]   # then', '[bem]   # then'),
      '22:18: policies.default.levels[1].people[0]: there is no person "bem"; did you mean ben? Known are: ana, ben',
    ],
    [
      'a policy that is not there',
      changed('{policy: default}', '{policy: web}'),
      '25:21: services.default.policy: there is no policy "web". Known are: default',
    ],
    [
      'a key itself in place of its hash',
      changed('{policy: default}', '{policy: default, keys: [abc]}'),
      '25:37: services.default.keys[0]: expected the SHA-256 of a key: 64 characters 0-9 a-f, got something else (not shown)',
    ],
    [
      'a key of two services',
      changed(
        '{policy: default}',
        `{policy: default, keys: [${'a'.repeat(64)}]}\n  db: {policy: default, keys: [${'a'.repeat(64)}]}`,
      ),
      '26:3: services.db: service db has a key of default: give each its own',
    ],
    ['an empty section', `${TEXT}overrides:\n`, '26:11: overrides: expected a list, got nothing'],
    [
      'nothing behind a name',
      changed('ben: {name: Ben, email: ben@example.com}', 'ben:'),
      '5:8: people.ben: expected a person with keys (name, phone, email, voice, push, contacts, zone, rules, quiet), got nothing',
    ],
    [
      'a name that is a number',
      changed('  dba:', '  12:'),
      '9:3: groups: expected a name as the key: write it in quotes',
    ],
    [
      'a key twice',
      changed('  ben: {', '  ana: {email: a@example.com}\n  ben: {'),
      '5:3: people.ana: this key stands here twice: keep one of them',
    ],
    [
      'an anchor',
      changed('dba: [', 'dba: &all ['),
      '9:13: groups.dba: expected no anchor, got &all: write the value out where it is used',
    ],
    [
      'an alias',
      `${changed('dba: [', 'dba: &all [')}absences: *all\n`,
      '26:11: absences: expected the value itself, got *all: write it out',
    ],
    [
      'a merge',
      changed('  ops:\n', '  ops:\n    <<: {}\n'),
      '12:5: rotations.ops.<<: expected no merge key (<<): write the keys out',
    ],
    [
      'a tag',
      changed('name: Ben', 'name: !!str Ben'),
      '5:21: people.ben.name: expected no tag, got tag:yaml.org,2002:str: take it out',
    ],
    ['another YAML', `%YAML 1.1\n---\n${TEXT}`, '1:1: : expected no % lines: take them out'],
    [
      'two documents',
      `${TEXT}---\npeople: {}\n`,
      '26:1: : expected one document: take out what follows, and its ---',
    ],
    [
      'a broken bracket',
      changed('[ana, ben] #', '[ana, ben #'),
      '15:9: : expected valid YAML, got: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['no sections', '- ana\n', '1:1: : expected sections such as people: and policies:, got something else'],
    [
      'a default service that is not there',
      `${TEXT}defaultService: web\n`,
      '26:17: defaultService: there is no service "web". Known are: default',
    ],
  ])('%s', (_what, text, problem) => {
    expect(problemsOf(text)).toContain(problem);
  });

  test.each<[string, string, string]>([
    [
      'an end before the beginning',
      '{person: ana, rotation: ops, from: 2026-12-02T00:00:00Z, until: 2026-12-01T00:00:00Z}',
      'overrides[0].until: it would end before it begins',
    ],
    [
      'a time of no zone',
      '{person: ana, rotation: ops, from: 2026-12-02T00:00}',
      'overrides[0].from: expected a time with its offset or zone, such as 2026-11-28T17:00:00Z, 2026-11-28T18:00+01:00 or 2026-11-28T18:00[Europe/Berlin], got "2026-12-02T00:00"',
    ],
    [
      'for nothing',
      '{person: ana, from: 2026-12-02T00:00:00Z}',
      'overrides[0]: an override is for a policy or for a rotation: say one of the two',
    ],
    [
      'a level too high',
      '{person: ana, policy: default, level: 3, from: 2026-12-02T00:00:00Z}',
      'overrides[0].level: policy default has no level 3. Levels go from 1 to 2',
    ],
    [
      'in their own place',
      '{person: ana, instead: ana, rotation: ops, from: 2026-12-02T00:00:00Z}',
      "overrides[0].instead: ana can't stand in for themselves",
    ],
  ])('an override with %s', (_what, entry, problem) => {
    const problems = read(`${TEXT}overrides:\n  - ${entry}\n`).problems.map(
      (one) => `${one.at}: ${one.text}`,
    );
    expect(problems).toEqual([problem]);
  });

  it('all at once, in the order of the file', () => {
    const text = TEXT.replace('"+15550100"', '555')
      .replace('2026-11-16', 'monday')
      .replace('[ben]   # then', '[bem]   # then')
      .replace('600s', '0s');
    expect(read(text).problems.map(({ line, at }) => [line, at])).toEqual([
      [4, 'people.ana.phone'],
      [16, 'rotations.ops.layers[0].start'],
      [22, 'policies.default.levels[1].people[0]'],
      [23, 'policies.default.levels[1].after'],
    ]);
  });

  it('a person whom a section names that the file leaves alone', () => {
    expect(problemsOf('people:\n  ana: {email: ana@example.com}\n', said())).toEqual([
      '1:1: people: person ben is missing here, and groups dba 1 of the present roster names it: keep it, or say groups in this file too',
      '1:1: people: person ben is missing here, and rotations ops layers 0 members 1 of the present roster names it: keep it, or say rotations in this file too',
      '1:1: people: person ben is missing here, and policies default levels 1 people 0 of the present roster names it: keep it, or say policies in this file too',
    ]);
  });

  it('what is over already is only worth a word', () => {
    const text = `${TEXT}absences:\n  - {person: ben, from: 2026-11-01T00:00:00Z, until: 2026-11-02T00:00:00Z}\n`;
    const { problems, warnings } = read(text);
    expect(problems).toEqual([]);
    expect(warnings.map(({ at, text: told }) => `${at}: ${told}`)).toContain(
      'absences[0].until: it is over already, and counts no more: take it out',
    );
  });
});

describe('a text that means harm', () => {
  it('is refused for its size, its depth and its aliases, at once', () => {
    expect(problemsOf(`# ${'x'.repeat(200_000)}`)).toEqual(['1:1: : expected at most 128 KB, got 196 KB']);
    const deep = problemsOf(`people: ${'['.repeat(60_000)}`);
    expect(deep).toEqual(['1:1: : expected a roster, got nesting without an end']);
    const laughs = Array.from(
      { length: 12 },
      (_, at) => `l${at}: &l${at} [${at === 0 ? 'ha' : `*l${at - 1}, *l${at - 1}`}]\n`,
    );
    expect(
      problemsOf(laughs.join('')).every((one) =>
        /unknown key|expected (?:no anchor|the value itself)/.test(one),
      ),
    ).toBe(true);
  });

  it('is looked through with ten thousand keys too, and the first of what is wrong is told', () => {
    const keys = Array.from({ length: 10_000 }, (_, at) => `  k${at}:\n`).join('');
    expect(problemsOf(`people:\n${keys}`)).toEqual(['2:3: people: expected at most 500 entries, got 10000']);
    expect(problemsOf(keys.replaceAll('  ', ''))).toHaveLength(200);
  });

  it('whatever it is, it is read or refused, and never throws', () => {
    const piece = fc.constantFrom(
      ...TEXT.split(/(\s+|[[\]{},:])/),
      '&a',
      '*a',
      '!!',
      '\t',
      '%',
      '---',
      '__proto__:',
      '? ',
      '|',
      '>-',
      '"',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const { problems } = readRosterText(said(), pieces.join(''), applied);
        for (const { line, column } of problems) expect(Math.min(line, column)).toBeGreaterThan(0);
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });
});

describe('what a hand leaves out', () => {
  const text = `${TEXT}overrides:
  - {person: ben, rotation: ops, from: "2026-12-01T09:00[Europe/Berlin]", until: 2026-12-02T09:00+01:00, why: dentist}
absences:
  - {person: ana, from: 2026-12-24T00:00:00Z, until: 2026-12-27T00:00:00Z}
`;

  it('is who applies it, and when', () => {
    const { roster, problems } = read(text);
    expect(problems).toEqual([]);
    expect(roster.overrides).toEqual([
      {
        id: '1.ops',
        policy: '',
        level: 0,
        rotation: 'ops',
        why: 'dentist',
        person: 'ben',
        fromMs: Date.parse('2026-12-01T08:00:00Z'),
        untilMs: Date.parse('2026-12-02T08:00:00Z'),
        by: 'ana',
        madeAtMs: NOW_MS,
      },
    ]);
    expect(roster.absences).toMatchObject([{ id: '1.ana', person: 'ana', why: 'away', by: 'ana' }]);
  });

  it('stays what it was when the file is applied again, by somebody else and later', () => {
    const { roster } = read(text);
    const again = readRosterText(roster, text, { by: 'ben', nowMs: NOW_MS + 3_600_000 });
    expect(again.problems).toEqual([]);
    expect(again.roster).toBe(roster);
  });

  it.each([['30s'], ['367d'], ['no'], ['12']])('a service can not resolve what is quiet after %s', (time) => {
    const file = `services:\n  default: {policy: default, autoResolve: ${time}}\n`;
    expect(read(file, said()).problems[0]?.text).toContain('12h, or never');
  });

  it.each([['[1x]'], ['["a b"]'], ['[]'], ['rack'], ['[rack, rack]']])(
    'a service can not group by %s',
    (labels) => {
      const file = `services:\n  default: {policy: default, groupBy: ${labels}}\n`;
      expect(read(file, said()).problems).toHaveLength(1);
    },
  );

  it('keys of a service stay', () => {
    const base = said();
    const keyed = { ...base, services: [{ id: 'default', policy: 'default', keyHashes: ['a'.repeat(64)] }] };
    expect(read(TEXT, keyed).roster).toBe(keyed);
  });
});
