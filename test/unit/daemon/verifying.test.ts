/** The weekly question to contacts from which no answer has come. */
import { expect, test } from 'vitest';
import { askToVerify, unverifiedNote } from '../../../src/relay/daemon/verifying.ts';
import type { NewInput } from '../../../src/relay/events/accept.ts';
import type { Channel } from '../../../src/relay/events/types.ts';
import { addPerson, disableContact, emptyRoster } from '../../../src/relay/oncall/edits.ts';
import { verifyContact } from '../../../src/relay/oncall/verified.ts';

const roster = ['ana', 'ben'].reduce(
  (base, id, index) => addPerson(base, { id, email: `${id}@example.com`, phone: `+1555010${index}` }),
  emptyRoster(),
);
/** By this machine's own calendar; the 16th is a Monday. */
const at = (day: number, hour = 10): number => new Date(2026, 10, day, hour, 7).getTime();

async function asked(
  day: number,
  answerable: Channel[] = ['sms', 'email'],
  present = roster,
  hour = 10,
): Promise<NewInput[]> {
  const inputs: NewInput[] = [];
  await askToVerify({
    roster: () => present,
    accept: (all) => {
      inputs.push(...all);
      return Promise.resolve([]);
    },
    answerable: new Set(answerable),
    nowMs: () => at(day, hour),
  });
  return inputs;
}

test('each unverified contact is asked, where it is', async () => {
  const inputs = await asked(16);
  expect(inputs.map((one) => one.stableId)).toEqual([
    'verify-2026-w47-ana-sms-+15550100',
    'verify-2026-w47-ana-email-ana@example.com',
    'verify-2026-w47-ben-sms-+15550101',
    'verify-2026-w47-ben-email-ben@example.com',
  ]);
  expect(inputs[0]?.input).toMatchObject({
    kind: 'notice',
    person: 'ana',
    text: 'Relay pages ana here, and no answer has come from this number yet',
    verify: { channel: 'sms', address: '+15550100' },
  });
});

test('a week whose Monday was missed is asked on the day after, with the ids of that week', async () => {
  const ids = async (day: number) => (await asked(day)).map((one) => one.stableId);
  const monday = await ids(16);
  expect(monday).toHaveLength(4);
  for (const day of [17, 18, 22]) expect(await ids(day), 'the journal takes each once').toEqual(monday);
});

test('nobody is woken by a question that was missed: the next morning asks it', async () => {
  for (const hour of [0, 2, 7, 20, 23]) expect(await asked(17, ['sms'], roster, hour), `${hour}`).toEqual([]);
  for (const hour of [8, 19]) expect(await asked(17, ['sms'], roster, hour), `${hour}`).toHaveLength(2);
});

test('the same week has the same questions, another week others', async () => {
  const ids = async (day: number) => (await asked(day)).map((one) => one.stableId);
  expect(await ids(16)).toEqual(await ids(16));
  expect((await ids(23)).filter((id) => id?.includes('w48'))).toHaveLength(4);
});

test('who has answered, is off, or cannot answer is not asked', async () => {
  const off = disableContact(roster, { person: 'ben', channel: 'sms', address: '+15550101', why: 'STOP' });
  const some = verifyContact(off, { person: 'ana', channel: 'sms', address: '+15550100', atMs: 1 });
  expect(await asked(16, ['sms'], some)).toEqual([]);
  expect(await asked(16, ['sms', 'email'], some)).toHaveLength(2);
});

test('nobody is called to be asked', async () => {
  const called = addPerson(emptyRoster(), { id: 'cy', voice: '+15550109' });
  expect(await asked(16, ['sms', 'voice', 'email'], called)).toEqual([]);
});

test('status tells of them in one line, and of nobody when all have answered', () => {
  expect(unverifiedNote(roster, new Set(['sms', 'email']))).toBe(
    'unverified, paged all the same: ana sms +15550100, ana email ana@example.com, ben sms +15550101 and 1 more: relay test ana, and answer',
  );
  // Where no answer can come, none is asked for.
  expect(unverifiedNote(roster, new Set())).toMatch(/1 more: relay test ana$/u);
  const done = roster.people
    .flatMap(({ id, contacts }) => contacts.map((one) => ({ person: id, ...one })))
    .reduce((base, one) => verifyContact(base, { ...one, atMs: 1 }), roster);
  expect(unverifiedNote(done, new Set(['sms']))).toBeNull();
});
