/** People paged by hand, and many incidents answered at once. */
import { expect, test } from 'vitest';
import { startRelay } from './harness/relay.ts';

test('ben is paged by hand: nobody else is, `--wait` ends with his answer, and the same request pages him once', async () => {
  const relay = await startRelay({ people: ['ana', 'ben'] });
  const words = ['page', 'ben', 'please call me about db1', '--request', 'call-1'];
  const waiting = relay.command(...words, '--wait', '--as', 'ana');
  const page = await relay.phone('ben').receives(/CRITICAL default: please call me about db1/);
  const again = await relay.json<{ number: number }>(...words);
  await relay.phone('ben').replies(`${/Reply (\d+)a/.exec(page.body)?.[1]}a`);
  await relay.phone('ben').receives(/^Acked/);
  const ended = await waiting;
  expect(ended.exit).toBe(0);
  expect(ended.out).toContain(`#${again.number}: ben is paged now`);
  expect(ended.out).toContain('acknowledged by sms reply by ben');
  const shown = await relay.incident(again.number);
  expect(shown.timeline[0]?.text).toContain('(ana pages ben)');
  expect((await relay.incidents()).map(({ number }) => number)).toEqual([again.number]);
  expect(relay.phone('ben').all).toHaveLength(2);
  expect(relay.phone('ana').all).toEqual([]);
});

test('ben does not answer a page by hand: the levels of its service are told after him', async () => {
  const relay = await startRelay({ people: ['ana', 'ben'], levels: [{ level: 'ana', after: '1s' }] });
  await relay.json('page', 'ben', 'db1 makes noises', '--service', 'db', '--severity', 'warning');
  await relay.phone('ben').receives(/WARNING db: db1 makes noises/);
  await relay.phone('ana').receives(/WARNING db: db1 makes noises/);
});

test('`relay ack --service db` answers all that is open there, and nothing else', async () => {
  const relay = await startRelay({ people: ['ana'] });
  for (const db of ['db1', 'db2', 'db3'])
    await relay.sender.posts(`disk full on ${db.replace('db', 'host-')}x${db}`);
  await relay.json('send', 'the site is down');
  for (const text of [/xdb1/, /xdb2/, /xdb3/, /the site is down/]) await relay.shows(text, 'triggered');
  expect((await relay.command('ack', '--service', 'db')).exit).toBe(2);
  const done = await relay.json<{ status: string }[]>('ack', '--service', 'db', '--yes', '--as', 'ana');
  expect(done.map(({ status }) => status)).toEqual(['acknowledged', 'acknowledged', 'acknowledged']);
  const left = (await relay.incidents()).filter(({ status }) => status === 'triggered');
  expect(left.map(({ summary }) => summary)).toEqual(['the site is down']);
  const resolved = (await relay.command('resolve', '--all', '--yes')).out;
  expect(resolved).toMatch(
    /^Resolved 4 incidents\.\n {2}#\d+ the site is down\n( {2}#\d+ disk full .*\n){3}$/,
  );
});
