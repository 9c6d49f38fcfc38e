import { expect, test } from 'vitest';
import { watchOptOuts } from '../../../src/relay/daemon/optouts.ts';
import { ProblemBoard } from '../../../src/relay/observe/problems.ts';
import { disableContact, editPerson } from '../../../src/relay/oncall/edits.ts';
import type { Roster } from '../../../src/relay/oncall/types.ts';
import { HandClock } from '../observe/hand-clock.ts';
import { team } from '../oncall/rosters.ts';

const SMS = 'optout-sms-+15550101';
const WHY = 'opted out by "STOP"';
const off = (roster: Roster, person = 'ana', address = '+15550101') =>
  disableContact(roster, { person, channel: 'sms', address, why: WHY });

/** A daemon's board, from a start with this roster on. */
function started(roster: Roster) {
  const clock = new HandClock(1_000);
  const said: string[] = [];
  const log = { info: () => {}, warn: () => {}, error: (_fields: object, text: string) => said.push(text) };
  const problems = new ProblemBoard({ log, clock });
  problems.raise('smtp', 'the mail server refuses relay', 'check mail.url');
  const watch = watchOptOuts(problems);
  watch(roster);
  return { clock, said, problems, watch, ids: () => problems.list().map(({ id }) => id) };
}

test('a contact that is off when the daemon starts is a problem, with its cure', () => {
  const { problems } = started(off(team()));
  expect(problems.list().find(({ id }) => id === SMS)).toMatchObject({
    text: 'ana opted out by "STOP": sms to +15550101 is off',
    cure: 'ask them to send START to the number that pages come from; if that came otherwise: relay person edit ana --phone +15550101',
  });
});

test('it comes with the roster that switches a contact off, and goes with the one that switches it on', () => {
  const { ids, watch } = started(team());
  expect(ids()).toEqual(['smtp']);
  watch(off(team()));
  watch(off(off(team()), 'ben', '+15550102'));
  expect(ids().toSorted()).toEqual([SMS, 'optout-sms-+15550102', 'smtp']);
  watch(editPerson(off(off(team()), 'ben', '+15550102'), 'ana', { phone: '+15550101' }));
  expect(ids().toSorted()).toEqual(['optout-sms-+15550102', 'smtp']);
});

test('it goes with another phone, without one, and with the person', () => {
  const gone: Roster = { ...team(), people: team().people.slice(1) };
  for (const next of [
    editPerson(off(team()), 'ana', { phone: '+15550109' }),
    editPerson(off(team()), 'ana', { phone: '' }),
    gone,
  ]) {
    const { ids, watch } = started(off(team()));
    expect(ids()).toContain(SMS);
    watch(next);
    expect(ids()).toEqual(['smtp']);
  }
});

test('other changes of the roster leave it standing since when it came, told once', () => {
  const { clock, said, problems, watch } = started(off(team()));
  clock.advance(60_000);
  watch(editPerson(off(team()), 'ben', { name: 'Benno' }));
  expect(problems.list().find(({ id }) => id === SMS)?.sinceMs).toBe(1_000);
  expect(said.filter((text) => text.includes('is off'))).toHaveLength(1);
});

test('a mail address that is off is cured by giving it again', () => {
  const { problems } = started(
    disableContact(team(), {
      person: 'ben',
      channel: 'email',
      address: 'ben@example.com',
      why: 'left the list',
    }),
  );
  expect(problems.list().find(({ id }) => id === 'optout-email-ben@example.com')).toMatchObject({
    text: 'ben left the list: email to ben@example.com is off',
    cure: expect.stringMatching(/relay person edit ben --email ben@example\.com$/),
  });
});
