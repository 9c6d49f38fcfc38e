/** Topics, rooms and sirens: contacts whose address is a push provider's own word. */
import { describe, expect, test } from 'vitest';
import { addPerson, editPerson, emptyRoster } from '../../../src/relay/oncall/edits.ts';
import { buildRoster } from '../../../src/relay/oncall/file/build.ts';
import { writeParts } from '../../../src/relay/oncall/file/parts.ts';
import type { ContactMethod, Roster } from '../../../src/relay/oncall/types.ts';
import { unverifiedOf } from '../../../src/relay/oncall/verified.ts';

const sms: ContactMethod = { channel: 'sms', address: '+15550101' };
const push = (address: string): ContactMethod => ({ channel: 'push', address });
const ana = (): Roster => addPerson(emptyRoster(), { id: 'ana', phone: '+15550101' });
const contacts = (roster: Roster): ContactMethod[] => roster.people[0]?.contacts ?? [];

describe('push contacts', () => {
  test('may be several, beside others or alone, each once', () => {
    const said = ['ana-pages', 'siren:office', '!ops:example.com', 'ana-pages'];
    const all = [push('ana-pages'), push('siren:office'), push('!ops:example.com')];
    expect(contacts(addPerson(emptyRoster(), { id: 'ana', push: said }))).toEqual(all);
    expect(contacts(editPerson(ana(), 'ana', { push: said }))).toEqual([sms, ...all]);
  });

  test('that are given are all there are then; an empty one means none', () => {
    const two = editPerson(ana(), 'ana', { push: ['a', 'b'] });
    expect(contacts(editPerson(two, 'ana', { push: ['b', 'c'] }))).toEqual([sms, push('b'), push('c')]);
    expect(editPerson(two, 'ana', { push: [] })).toEqual(ana());
    expect(editPerson(two, 'ana', { push: [''] })).toEqual(ana());
  });

  test('may be shared, as a room or a siren is', () => {
    const roster = addPerson(editPerson(ana(), 'ana', { push: ['office'] }), { id: 'ben', push: ['office'] });
    expect(roster.people.map((one) => one.contacts.at(-1))).toEqual([push('office'), push('office')]);
  });

  test('have no answers, so there is nothing to verify', () => {
    const [person] = editPerson(ana(), 'ana', { push: ['office'] }).people;
    expect(person === undefined ? [] : unverifiedOf(person)).toEqual([sms]);
  });

  test.each([['two words'], ['a\nb'], ['x'.repeat(201)]])(
    'are refused when no provider would know them: %j',
    (topic) => {
      expect(() => editPerson(ana(), 'ana', { push: [topic] })).toThrow(/no push address/);
    },
  );

  test('are not taken away when nothing would be left', () => {
    const only = addPerson(emptyRoster(), { id: 'ana', push: ['office'] });
    expect(() => editPerson(only, 'ana', { push: [] })).toThrow(/no way left/);
  });

  test('the roster file says them as push, and reads them back as they were', () => {
    const roster = editPerson(ana(), 'ana', { push: ['ana-pages', 'siren:office'] });
    const { people } = writeParts(roster);
    expect(people).toMatchObject({ ana: { phone: '+15550101', push: ['ana-pages', 'siren:office'] } });
    const read = buildRoster(ana(), { people }, { by: 'root', nowMs: 10 });
    expect(read.problems).toEqual([]);
    expect(read.roster.people).toEqual(roster.people);
  });

  test('the roster file may say them among other contacts', () => {
    const list = [
      { channel: 'push', address: 'office' },
      { channel: 'sms', address: '+15550101' },
    ];
    const read = buildRoster(ana(), { people: { ana: { contacts: list } } }, { by: 'root', nowMs: 10 });
    expect(read.problems).toEqual([]);
    expect(contacts(read.roster)).toEqual([push('office'), sms]);
  });
});
