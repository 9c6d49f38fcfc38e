import { expect, test } from 'vitest';
import { BounceLook } from '../../../src/relay/daemon/bounce-look.ts';
import { Bounces } from '../../../src/relay/daemon/bounces.ts';
import type { MessageRow } from '../../../src/relay/notifications/rows.ts';
import { MESSAGE, messageKey } from '../../../src/relay/notifications/rows.ts';
import { ProblemBoard } from '../../../src/relay/observe/problems.ts';
import { editPerson } from '../../../src/relay/oncall/edits.ts';
import { MemoryStore } from '../../sim/memory-store.ts';
import { silent } from './moving-config.ts';
import { HandClock } from '../observe/hand-clock.ts';
import { team } from '../oncall/rosters.ts';

const ADDRESS = 'ana@example.com';

function row(code: number, more: Partial<MessageRow>, last: MessageRow['log'][number]['kind']): MessageRow {
  return {
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
    claimedAtMs: code,
    log: [{ atMs: 1, kind: last, text: '' }],
    ...more,
  };
}

function watch() {
  const problems = new ProblemBoard({ log: silent, clock: new HandClock(1) });
  const bounces = new Bounces(problems);
  const commit = (code: number, more: Partial<MessageRow>, last: MessageRow['log'][number]['kind']): void => {
    const body = row(code, more, last);
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

test('after a restart, and from what another host was told, it is known by the last mails to the address', async () => {
  const { bounces, cameBack, list } = watch();
  const clock = new HandClock(1);
  const store = new MemoryStore({ nowMs: () => 0 });
  const keep = (op: string, before: string | null, messages: MessageRow[]) =>
    store.commit({
      key: 'r:ana',
      expect: before,
      op,
      state: {},
      rows: messages.map((body) => ({ kind: MESSAGE, key: messageKey(body.code), body })),
      incidents: [],
    });
  const look = new BounceLook({ store, roster: team, bounces, clock, log: silent });
  await keep('op-1', null, [row(1, {}, 'answered'), row(2, { status: 'failed', error: '550' }, 'receipt')]);
  await look.look();
  expect(list()).toHaveLength(1);

  // A page after it was answered on another host.
  await keep('op-2', 'op-1', [row(3, {}, 'answered')]);
  await look.look();
  expect(list()).toEqual([]);

  cameBack(4);
  expect(list()).toHaveLength(1);
});

test('what can not be read is looked at again in an hour', async () => {
  const { bounces, list } = watch();
  const clock = new HandClock(1);
  let reads = 0;
  const rows = () => {
    reads += 1;
    return Promise.reject(new Error('the store is away'));
  };
  const look = new BounceLook({ store: { rows }, roster: team, bounces, clock, log: silent });
  look.start();
  clock.advance(20_000);
  await expect.poll(() => reads).toBeGreaterThan(0);
  const first = reads;
  await expect
    .poll(() => {
      clock.advance(60 * 60_000);
      return reads;
    })
    .toBeGreaterThan(first);
  look.stop();
  expect(list()).toEqual([]);
});
