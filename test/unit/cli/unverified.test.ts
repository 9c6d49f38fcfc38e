/** Contacts from which no answer has come yet are shown as such wherever they are shown. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PolicyDetailJson } from '../../../src/relay/api/oncall-wire.ts';
import type { OncallJson } from '../../../src/relay/api/wire.ts';
import { standIn, type StandIn } from '../api/stand-in.ts';
import { runQuick } from './run-quick.ts';

let relay: StandIn;
beforeEach(async () => {
  relay = await standIn();
  const ben = relay.core.roster.current().people[1];
  delete ben?.contacts[0]?.verifiedAtMs;
});
afterEach(() => relay.close());
const run = (name: string, args: string[] = [], values = {}) => runQuick(relay, name, args, values);

test('by relay person', async () => {
  const { out } = await run('person-list');
  expect(out).toMatch(/ben@example\.com \(unverified\)/);
  expect(out).not.toMatch(/ana@example\.com \(unverified\)/);
  expect((await run('person-show', ['ben'])).out).toMatch(/email ben@example\.com \(unverified\)\n/);
});

test('by relay oncall and the overview', async () => {
  expect((await run('oncall')).out).toMatch(/ben \(email unverified\)/);
  expect((await run('overview')).out).toMatch(/level 2 +ben \(email unverified\)/);
  const [service] = (await run('oncall', [], { json: true })).json() as OncallJson[];
  expect(service?.levels.map((one) => one.people[0]?.unverified)).toEqual([undefined, ['email']]);
});

test('by relay policy', async () => {
  expect((await run('policy-show', ['default'])).out).toMatch(/now ben \(email unverified\)/);
  const { now } = (await run('policy-show', ['default'], { json: true })).json() as PolicyDetailJson;
  expect(now.unverified).toEqual([{ person: 'ben', channels: ['email'] }]);
});
