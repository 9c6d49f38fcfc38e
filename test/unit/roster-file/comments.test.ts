/** What is written by hand stays: layout and comments outlive what commands change elsewhere. */
import { describe, expect, it, test } from 'vitest';
import {
  addMember,
  addPerson,
  editPerson,
  editPolicy,
  removeGroup,
  removeMember,
  setOncall,
  withoutExpired,
} from '../../../src/relay/oncall/edits.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { commentsOf } from '../../../src/relay/roster-file/comments.ts';
import { exportRoster } from '../../../src/relay/roster-file/export.ts';
import { versionIn } from '../../../src/relay/roster-file/header.ts';
import { mergeLayout } from '../../../src/relay/roster-file/merge.ts';
import { NOW_MS, read, said, TEXT } from './texts.ts';

const edited = (change: (roster: Roster) => Roster, text = TEXT) =>
  exportRoster({ ...change(said()), version: 14 }, { text, said: said() });

/** Lines that are not in the other, `-` and `+` in front. */
function difference(before: string, after: string): string[] {
  const [was, is] = [before.split('\n'), after.split('\n')];
  return [
    ...was.filter((line) => !is.includes(line)).map((line) => `-${line}`),
    ...is.filter((line) => !was.includes(line)).map((line) => `+${line}`),
  ];
}

describe('a text that was applied', () => {
  it('is exported as it was while nothing has changed, to the last blank', () => {
    expect(exportRoster(said(), { text: TEXT, said: said() })).toEqual({
      text: TEXT,
      version: 13,
      lost: [],
      without: ['defaultService'],
    });
    const odd = `\uFEFF# version: 3\r\n${TEXT.replaceAll('\n', '\r\n')}   \r\n#end`;
    expect(exportRoster(said(), { text: odd, said: said() }).text).toBe(
      odd.replace('version: 3', 'version: 13'),
    );
  });

  it('keeps the ends of its lines', () => {
    const text = TEXT.replaceAll('\n', '\r\n');
    const { text: out } = edited((roster) => editPerson(roster, 'ben', { email: 'b@example.com' }), text);
    expect(out).toBe(text.replace('ben@example.com', 'b@example.com'));
  });

  it('says the version that it is exported from, where it says one', () => {
    const text = `# version: 12\n${TEXT}`;
    expect(versionIn(exportRoster(said(), { text, said: said() }).text)).toBe(13);
    expect(versionIn(exportRoster(said(), { text: TEXT, said: said() }).text)).toBeNull();
    expect(versionIn(exportRoster(said(), null).text)).toBe(13);
  });

  test.each<[string, (roster: Roster) => Roster, string[]]>([
    [
      'another address changes one line, and keeps the comment behind it',
      (roster) => editPerson(roster, 'ben', { email: 'b@example.com' }),
      [
        '-  ben: {name: Ben, email: ben@example.com} # nights only',
        '+  ben: {name: Ben, email: b@example.com} # nights only',
      ],
    ],
    [
      'somebody new stands below the others, written as they are',
      (roster) => addPerson(roster, { id: 'cleo', name: 'Cleo', phone: '+15550102' }),
      ['+  cleo: {name: Cleo, phone: "+15550102"}'],
    ],
    [
      'another delay keeps the comments of both levels',
      (roster) =>
        editPolicy(roster, 'default', {
          levels: [
            { people: [], rotations: ['ops'], afterMs: 120_000 },
            { people: ['ben'], afterMs: 600_000 },
          ],
        }),
      [
        '-      - {rotations: [ops], after: 5m}   # whoever has the week',
        '+      - {rotations: [ops], after: 2m} # whoever has the week',
      ],
    ],
    [
      'a level that comes in between moves none of their comments',
      (roster) =>
        editPolicy(roster, 'default', {
          levels: [
            { people: [], rotations: ['ops'], afterMs: 300_000 },
            { people: ['ana'], afterMs: 60_000 },
            { people: ['ben'], afterMs: 600_000 },
          ],
        }),
      ['+      - {people: [ana], after: 1m}'],
    ],
  ])('%s', (_what, change, lines) => {
    const { text, lost } = edited(change);
    expect(difference(TEXT, text)).toEqual(lines);
    expect(lost).toEqual([]);
  });

  it('gets a section that it did not have only when that has changed', () => {
    const { text, lost } = edited((roster) =>
      setOncall(roster, {
        person: 'ben',
        rotation: 'ops',
        untilMs: NOW_MS + 3_600_000,
        by: 'ana',
        nowMs: NOW_MS,
      }),
    );
    expect(lost).toEqual([]);
    expect(text.startsWith(TEXT)).toBe(true);
    expect(text.slice(TEXT.length).split('\n').slice(0, 3)).toEqual([
      '',
      'overrides:',
      expect.stringContaining(
        '{person: ben, rotation: ops, from: 2026-11-21T12:00:00Z, until: 2026-11-21T13:00:00Z',
      ),
    ]);
    expect(text).not.toContain('defaultService');
    const full = exportRoster({ ...said(), version: 14 }, { text: TEXT, said: said() }, true);
    expect(difference(TEXT, full.text)).toEqual(['+defaultService: default']);
    expect(full.without).toEqual([]);
  });

  it('loses what is over by now with the next change, and keeps the rest of its list', () => {
    const text = `${TEXT}overrides:
  - {person: ben, rotation: ops, from: 2026-11-01T00:00:00Z, until: 2026-11-02T00:00:00Z} # the move
  - {person: ben, rotation: ops, from: 2026-12-24T00:00:00Z, until: 2026-12-25T00:00:00Z} # Christmas
`;
    const spoken = { ...read(text).roster, version: 13 };
    const stored = withoutExpired(spoken, NOW_MS);
    const changed = editPerson(stored, 'ben', { email: 'b@example.com' });
    const { text: out, lost } = exportRoster({ ...changed, version: 14 }, { text, said: spoken });
    expect(difference(text, out)).toEqual([
      '-  ben: {name: Ben, email: ben@example.com} # nights only',
      expect.stringMatching(/^-.*# the move$/),
      '+  ben: {name: Ben, email: b@example.com} # nights only',
    ]);
    expect(lost.map((one) => one.text)).toEqual(['# the move']);
  });

  it('tells each comment that could not be kept, with its line', () => {
    const { text, lost } = edited((roster) => removeGroup(roster, 'dba'));
    expect(lost).toEqual([{ line: 9, text: '# both know the database' }]);
    expect(difference(TEXT, text)).toContain('-  dba: [ana, ben]   # both know the database');
    expect(commentsOf(text)).toHaveLength(commentsOf(TEXT).length - 1);
  });

  it('follows a member who leaves, and keeps what stands beside the others', () => {
    const three = (roster: Roster): Roster =>
      addMember(addPerson(roster, { id: 'cleo', email: 'c@example.com' }), {
        rotation: 'ops',
        person: 'cleo',
        nowMs: NOW_MS,
      });
    const joined = edited(three);
    expect(joined.lost).toEqual([]);
    expect(joined.text).toContain('      - members: [ana, ben, cleo] # weekly\n');
    const left = edited((roster) =>
      removeMember(three(roster), { rotation: 'ops', person: 'ben', by: 'ana', nowMs: NOW_MS }),
    );
    expect(left.text).toContain('      - members: [ana, cleo] # weekly\n');
    expect(left.lost).toEqual([]);
  });

  it('is written anew, and every comment told, where the change cannot be put into it', () => {
    const text = TEXT.replace(
      '{name: Ben, email: ben@example.com}',
      '{name: Ben, contacts: [{channel: email, address: ben@example.com}]}',
    );
    const { text: out, lost } = exportRoster(
      { ...editPerson(said(), 'ben', { phone: '+15550101' }), version: 14 },
      { text, said: said() },
    );
    expect(out).toContain('+15550101');
    expect(lost.map((one) => one.line)).toEqual(out.includes('# nights only') ? [] : [5]);
  });
});

describe('comments', () => {
  it('are found where they are, and nowhere else', () => {
    const text = '# a\nkey: "# no" # b\nblock: |\n  # no\n  x\nplain: x#no\n  # c\n';
    expect(commentsOf(text)).toEqual([
      { line: 1, text: '# a' },
      { line: 2, text: '# b' },
      { line: 7, text: '# c' },
    ]);
  });
});

describe('two layouts of the same', () => {
  it('are told apart from a change', () => {
    const own = 'a:   [1,2]\n\n\nb: "x"\nc: 3\n';
    const from = 'a: [ 1, 2 ]\n\nb: x\nc: 3\n';
    expect(mergeLayout(own, from, from)).toBe(own);
    expect(mergeLayout(own, from, 'a: [ 1, 2 ]\n\nb: y\nc: 3\n')).toBe('a:   [1,2]\n\nb: y\nc: 3\n');
    expect(mergeLayout(own, from, 'b: x\nc: 3\nd: 4\n')).toBe('b: "x"\nc: 3\nd: 4\n');
  });
});
