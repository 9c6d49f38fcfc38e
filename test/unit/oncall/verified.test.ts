/** Which contacts are verified, and what leaves them so. */
import { expect, test } from 'vitest';
import { buildRoster } from '../../../src/relay/oncall/file/build.ts';
import { differences } from '../../../src/relay/oncall/file/differences.ts';
import { writeParts } from '../../../src/relay/oncall/file/parts.ts';
import { addPerson, editPerson, emptyRoster } from '../../../src/relay/oncall/edits.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { keepVerified, unverifiedOf, verifyContact } from '../../../src/relay/oncall/verified.ts';

const PHONE = { person: 'ana', channel: 'sms', address: '+15550101' } as const;
const plain = (): Roster =>
  addPerson(emptyRoster(), { id: 'ana', phone: PHONE.address, email: 'ana@example.com' });
const verified = (): Roster => verifyContact(plain(), { ...PHONE, atMs: 5 });
const left = (roster: Roster): string[] =>
  roster.people.flatMap((person) => unverifiedOf(person).map((one) => one.address));

test('a contact is verified once; another person, channel or address is not', () => {
  expect(left(plain())).toEqual(['+15550101', 'ana@example.com']);
  const roster = verified();
  expect(left(roster)).toEqual(['ana@example.com']);
  expect(verifyContact(roster, { ...PHONE, atMs: 6 })).toBe(roster);
  expect(verifyContact(roster, { ...PHONE, person: 'ben', atMs: 6 })).toBe(roster);
  expect(verifyContact(roster, { ...PHONE, address: '+15550109', atMs: 6 })).toBe(roster);
});

test('one that is off is not asked for', () => {
  const [ana] = plain().people;
  expect(
    unverifiedOf({ contacts: (ana?.contacts ?? []).map((one) => ({ ...one, disabled: 'opted out' })) }),
  ).toEqual([]);
});

test('another address is unverified again; the same one stays as it was', () => {
  expect(left(editPerson(verified(), 'ana', { phone: '+15550109' }))).toEqual([
    '+15550109',
    'ana@example.com',
  ]);
  expect(left(editPerson(verified(), 'ana', { phone: '+15550101', name: 'Ana B' }))).toEqual([
    'ana@example.com',
  ]);
  const back = editPerson(editPerson(verified(), 'ana', { phone: '+15550109' }), 'ana', {
    phone: '+15550101',
  });
  expect(left(back)).toContain('+15550101');
});

test('a roster file neither says it nor takes it away', () => {
  const roster = { ...verified(), version: 3 };
  const file = writeParts(roster);
  expect(JSON.stringify(file)).not.toContain('verified');
  expect(file).toEqual(writeParts(plain()));
  const applied = { by: 'root', nowMs: 10 };
  expect(buildRoster(roster, file, applied).roster).toBe(roster);
  const renamed = buildRoster(roster, { people: { ana: { name: 'Ana B', phone: '+15550101' } } }, applied);
  expect(renamed.problems).toEqual([]);
  expect(left(renamed.roster)).toEqual([]);
  expect(differences(plain(), roster)).toEqual([]);
});

test('what a former version knew does not count, what is known now does', () => {
  expect(left(keepVerified(verified(), plain()))).toEqual(['ana@example.com']);
  expect(left(keepVerified(plain(), verified()))).toEqual(['+15550101', 'ana@example.com']);
});
