import { expect, test } from 'vitest';
import { Bounces } from '../../../src/relay/daemon/bounces.ts';
import type { MessageRow } from '../../../src/relay/notifications/rows.ts';
import { MESSAGE, messageKey } from '../../../src/relay/notifications/rows.ts';
import { ProblemBoard } from '../../../src/relay/observe/problems.ts';
import { editPerson } from '../../../src/relay/oncall/edits.ts';
import { silent } from './moving-config.ts';
import { HandClock } from '../observe/hand-clock.ts';
import { team } from '../oncall/rosters.ts';

const ADDRESS = 'ana@example.com';

function watch() {
  const problems = new ProblemBoard({ log: silent, clock: new HandClock(1) });
  const bounces = new Bounces(problems);
  const commit = (code: number, more: Partial<MessageRow>, last: MessageRow['log'][number]['kind']): void => {
    const body: MessageRow = {
      id: `ana.${code}`,
      code,
      person: 'ana',
      channel: 'email',
      to: ADDRESS,
      purpose: 'incident',
      body: '',
      answerable: true,
      status: 'accepted',
      providerId: null,
      error: null,
      cure: null,
      members: [],
      claimedAtMs: 1,
      log: [{ atMs: 1, kind: last, text: '' }],
      ...more,
    };
    bounces.committed({ rows: [{ kind: MESSAGE, key: messageKey(code), body }] });
  };
  const cameBack = (code: number): void =>
    commit(
      code,
      { status: 'failed', error: '550 5.1.1 no such user', cure: 'correct the address' },
      'receipt',
    );
  return { bounces, commit, cameBack, list: () => problems.list() };
}

test('a mail that came back is a problem of its contact, with a cure, once', () => {
  const { cameBack, list } = watch();
  cameBack(5);
  cameBack(6);
  expect(list()).toMatchObject([
    {
      id: `bounce-${ADDRESS}`,
      text: `mails to ana at ${ADDRESS} come back: 550 5.1.1 no such user`,
      cure: 'correct the address; then relay test ana, and answer the mail',
    },
  ]);
});

test('a mail that its server refused at once, or a text that failed, is none of these', () => {
  const { commit, list } = watch();
  commit(5, { status: 'failed' }, 'ended');
  commit(6, { status: 'failed', channel: 'sms', to: '+15550101' }, 'receipt');
  expect(list()).toEqual([]);
});

test('it is over with an answer, a delivery, or another address', () => {
  const endings: ((watched: ReturnType<typeof watch>) => void)[] = [
    ({ commit }) => commit(7, {}, 'answered'),
    ({ commit }) => commit(7, { status: 'delivered' }, 'receipt'),
    ({ bounces }) => bounces.roster(editPerson(team(), 'ana', { email: 'ana@example.net' })),
    ({ bounces }) => bounces.roster({ ...team(), people: [] }),
  ];
  for (const end of endings) {
    const watched = watch();
    watched.cameBack(5);
    watched.bounces.roster(team());
    expect(watched.list()).toHaveLength(1);
    end(watched);
    expect(watched.list()).toEqual([]);
  }
});
