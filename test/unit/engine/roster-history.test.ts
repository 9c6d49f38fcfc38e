/** Texts of rosters are kept with their versions, as long as a version that is kept has them. */
import { describe, expect, it } from 'vitest';
import { openRosterBook, type OpenRosterBook } from '../../../src/relay/engine/roster-book.ts';
import { rosterHistory } from '../../../src/relay/engine/roster-history.ts';
import { ROSTER, TEXT } from '../../../src/relay/engine/roster-rows.ts';
import { addPerson, editPerson } from '../../../src/relay/oncall/edits.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import type { Change } from '../../../src/relay/store/port.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { HandClock } from '../observe/hand-clock.ts';
import { NOW } from '../oncall/rosters.ts';

interface Kept {
  store: MemoryStore;
  book: OpenRosterBook;
  /** Every commit, in order. */
  changes: Change[];
}

async function open(): Promise<Kept> {
  const store = new MemoryStore({ nowMs: () => NOW });
  const changes: Change[] = [];
  let ops = 0;
  const clock = new HandClock(NOW);
  const book = await openRosterBook({
    store: {
      load: (key) => store.load(key),
      rows: (key, kind, options) => store.rows(key, kind, options),
      commit: (change) => {
        changes.push(change);
        return store.commit(change);
      },
    },
    clock,
    newOp: () => `00000000-0000-4000-8000-${String((ops += 1)).padStart(12, '0')}`,
  });
  return { store, book, changes };
}

const named = (name: string) => (roster: Roster) =>
  roster.people.length === 0
    ? addPerson(roster, { id: 'ana', name, email: 'ana@example.com' })
    : editPerson(roster, 'ana', { name });

/** The keys of the texts that a commit ends. */
const ended = (change: Change | undefined): string[] =>
  (change?.rows ?? [])
    .filter((row) => row.kind === TEXT && row.endedAtMs !== undefined)
    .map((row) => row.key);

describe('the roster that was', () => {
  it('is kept with when, by whom and what text', async () => {
    const { store, book } = await open();
    const history = rosterHistory(store);
    expect(await history.versions(5)).toEqual([]);
    expect(await history.textAt(0)).toBeNull();
    await book.edit('ana', named('Ana'));
    const said = await book.edit('ben', named('Ana L.'), () => ({ text: '# two\n', said: book.current() }));
    await book.edit('cleo', named('Ana Lopez'));
    expect(said.version).toBe(2);
    const versions = await history.versions(2);
    expect(versions.map(({ roster, by, atMs }) => [roster.version, by, atMs])).toEqual([
      [3, 'cleo', NOW],
      [2, 'ben', NOW],
    ]);
    expect((await history.version(1))?.roster.people[0]?.name).toBe('Ana');
    expect(await history.version(9)).toBeNull();
    expect(await history.textAt(1)).toBeNull();
    for (const version of [2, 3])
      expect(await history.textAt(version)).toMatchObject({ version: 2, text: '# two\n' });
    book.close();
  });

  it('a text alone makes a version; an edit of nothing makes none', async () => {
    const { store, book } = await open();
    await book.edit('ana', named('Ana'));
    expect((await book.edit('ana', (roster) => roster)).version).toBe(1);
    const made = await book.edit(
      'ana',
      (roster) => roster,
      () => ({ text: '# new\n', said: book.current() }),
    );
    expect(made.version).toBe(2);
    expect(await rosterHistory(store).textAt(2)).toMatchObject({ text: '# new\n' });
    book.close();
  });

  it('a text goes when no version that is kept for ever has it any more, and only then', async () => {
    const { store, book, changes } = await open();
    const edit = (version: number, text: boolean) =>
      book.edit(
        'ana',
        named(`Ana ${version}`),
        text ? () => ({ text: `# ${version}\n`, said: book.current() }) : undefined,
      );
    // Texts at 1, 3 and 4; 50 versions are kept for ever.
    for (let version = 1; version <= 60; version += 1) await edit(version, [1, 3, 4].includes(version));
    const endings = changes
      .map((change, index) => [index + 1, ended(change)] as const)
      .filter(([, keys]) => keys.length > 0);
    // Version 3 is the oldest kept once 52 is made: the text of 1 belongs to none; the text of 4 stays.
    expect(endings).toEqual([
      [52, ['0000000001']],
      [53, ['0000000003']],
    ]);
    expect((await store.rows(ROSTER, TEXT)).map((row) => row.key)).toContain('0000000004');
    expect(await rosterHistory(store).textAt(60)).toMatchObject({ version: 4 });
    book.close();
  });
});
