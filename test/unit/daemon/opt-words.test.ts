import { describe, expect, it } from 'vitest';
import { contactChanges, toldOf } from '../../../src/relay/daemon/opt-words.ts';
import type { NewInput } from '../../../src/relay/events/accept.ts';
import type { RosterBook } from '../../../src/relay/oncall/book.ts';
import { disableContact } from '../../../src/relay/oncall/edits.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { team } from '../oncall/rosters.ts';

const PHONE = '+15550101';
const ana = { person: 'ana', channel: 'sms' as const, address: PHONE };
const stop = {
  kind: 'disable' as const,
  id: 'j:sms-SM1/optout',
  ...ana,
  why: 'opted out by "STOP"',
  atMs: 1_000,
};
const start = { kind: 'enable' as const, id: 'j:sms-SM2/optin', ...ana, atMs: 2_000 };

/** A book in memory, and what was put into the journal. */
function book(first: Roster = team(), catchAll: string[] = []) {
  let present = first;
  const accepted: NewInput[] = [];
  const roster = {
    current: () => present,
    edit: (_by: string, change: (roster: Roster) => Roster) => {
      present = change(present);
      return Promise.resolve(present);
    },
  } as unknown as RosterBook;
  const changes = contactChanges({
    roster,
    accept: (inputs) => {
      accepted.push(...inputs);
      return Promise.resolve([]);
    },
    catchAll: () => catchAll,
    works: (channel) => channel === 'email' || channel === 'sms',
  });
  return {
    changes,
    isOff: () =>
      present.people.find(({ id }) => id === 'ana')?.contacts.some(({ disabled }) => disabled !== undefined),
    told: () =>
      accepted.map(({ input }) => (input.kind === 'notice' ? input : null)).filter((one) => one !== null),
    ids: () => accepted.map(({ stableId }) => stableId),
  };
}

describe('STOP', () => {
  it('switches the phone off and tells somebody else, with what to do', async () => {
    const { changes, isOff, told } = book();
    await changes.disable(stop);
    expect(isOff()).toBe(true);
    expect(told().map(({ person }) => person)).not.toContain('ana');
    expect(told().map(({ person }) => person)).toContain('ben');
    expect(told()[0]?.text).toMatch(/Ana opted out by "STOP": no text reaches \+15550101 any more/);
    expect(told()[0]?.details).toContain('START');
  });
  it('done again after a crash tells nobody twice', async () => {
    const { changes, ids } = book();
    await changes.disable(stop);
    await changes.disable(stop);
    expect(new Set(ids()).size).toBe(ids().length / 2);
  });
  it('then START switches it on again and says so', async () => {
    const { changes, isOff, told } = book();
    await changes.disable(stop);
    await changes.enable?.(start);
    expect(isOff()).toBe(false);
    expect(told().at(-1)?.text).toMatch(/opted in again/);
  });
  it('before START leaves it on, whichever of the two is carried out last', async () => {
    const { changes, isOff } = book();
    await changes.enable?.(start);
    await changes.disable(stop);
    expect(isOff()).toBe(false);
  });
  it('START leaves off what is off for another reason', async () => {
    const off = disableContact(team(), { ...ana, why: 'switched off by ben' });
    const { changes, isOff } = book(off);
    await changes.enable?.(start);
    expect(isOff()).toBe(true);
  });
});

describe('who is told of it', () => {
  const works = (): boolean => true;
  const ids = (roster: Roster, catchAll: string[], writer: string, can = works): string[] =>
    toldOf(roster, catchAll, writer, can).map(({ id }) => id);

  it('are those of the catch-all, but for the writer', () => {
    expect(ids(team(), ['ana', 'ben'], 'ana')).toEqual(['ben']);
  });
  it('is everybody else where the writer alone is the catch-all', () => {
    expect(ids(team(), ['ana'], 'ana')).toEqual(
      team()
        .people.map(({ id }) => id)
        .filter((id) => id !== 'ana'),
    );
  });
  it('is nobody who can not be told', () => {
    const people = team().people.map((one) => (one.id === 'ben' ? { ...one, contacts: [] } : one));
    expect(ids({ ...team(), people }, ['ben'], 'ana')).not.toContain('ben');
  });
  it('is the writer, by what is left, where there is nobody else', () => {
    const alone: Roster = { ...team(), people: team().people.filter(({ id }) => id === 'ana') };
    expect(ids(alone, [], 'ana')).toEqual(['ana']);
  });
});
