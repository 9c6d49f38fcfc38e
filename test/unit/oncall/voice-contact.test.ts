/** Who is called: a contact of its own beside the phone that texts go to, at the same number or another. */
import { describe, expect, test } from 'vitest';
import { addPerson, disableContact, editPerson, emptyRoster } from '../../../src/relay/oncall/edits.ts';
import { buildRoster } from '../../../src/relay/oncall/file/build.ts';
import { writeParts } from '../../../src/relay/oncall/file/parts.ts';
import type { ContactMethod, Roster } from '../../../src/relay/oncall/types.ts';

const NUMBER = '+15550101';
const sms: ContactMethod = { channel: 'sms', address: NUMBER };
const email: ContactMethod = { channel: 'email', address: 'ana@example.com' };
const voice: ContactMethod = { channel: 'voice', address: NUMBER };
const ana = (): Roster => addPerson(emptyRoster(), { id: 'ana', phone: NUMBER, email: 'ana@example.com' });
const contacts = (roster: Roster): ContactMethod[] => roster.people[0]?.contacts ?? [];

describe('who is called', () => {
  test('the number that texts go to may be called too, or another, or only that', () => {
    const both = { id: 'ana', phone: NUMBER, email: 'ana@example.com', voice: '+1 555 0101' };
    expect(contacts(addPerson(emptyRoster(), both))).toEqual([sms, email, voice]);
    expect(contacts(editPerson(ana(), 'ana', { voice: NUMBER }))).toEqual([sms, email, voice]);
    expect(contacts(addPerson(emptyRoster(), { id: 'ana', voice: '+15550109' }))).toEqual([
      { channel: 'voice', address: '+15550109' },
    ]);
  });

  test('an empty one takes the calls away and leaves the texts', () => {
    const called = editPerson(ana(), 'ana', { voice: NUMBER });
    expect(editPerson(called, 'ana', { voice: '' })).toEqual(ana());
  });

  test('who opted out of texts is still called, and opts in to texts by giving the phone again', () => {
    const called = editPerson(ana(), 'ana', { voice: NUMBER });
    const out = disableContact(called, { person: 'ana', channel: 'sms', address: NUMBER, why: 'STOP' });
    expect(contacts(out)).toEqual([{ ...sms, disabled: 'STOP' }, email, voice]);
    expect(editPerson(out, 'ana', { phone: NUMBER })).toEqual(called);
  });

  test.each([
    ['a national number', { voice: '015550104' }, /no phone number/],
    ['the number that texts to somebody else go to', { voice: '+15550102' }, /belongs to ben/],
  ])('refuses %s', (_name, change, message) => {
    const roster = addPerson(ana(), { id: 'ben', phone: '+15550102' });
    expect(() => editPerson(roster, 'ana', change)).toThrow(message);
  });

  test('the roster file says it as voice, and reads it back as it was', () => {
    const called = editPerson(ana(), 'ana', { voice: NUMBER });
    const { people } = writeParts(called);
    expect(people).toMatchObject({ ana: { phone: NUMBER, email: 'ana@example.com', voice: NUMBER } });
    const read = buildRoster(ana(), { people }, { by: 'root', nowMs: 10 });
    expect(read.problems).toEqual([]);
    expect(read.roster.people).toEqual(called.people);
  });
});
