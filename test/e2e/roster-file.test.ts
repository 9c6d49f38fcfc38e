/** The roster as a file, as somebody types it: exported, edited, planned, applied, gone back from. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type {
  RosterAppliedJson,
  RosterPlanJson,
  RosterVersionJson,
} from '../../src/relay/api/roster-wire.ts';
import type { OncallJson } from '../../src/relay/api/wire.ts';
import { startRelay, type Relay } from './harness/relay.ts';

/** Writes `text` as roster.yaml into the installation's folder, where the commands run. */
const write = (relay: Relay, text: string): Promise<void> => writeFile(join(relay.dir, 'roster.yaml'), text);

async function exported(relay: Relay): Promise<string> {
  const ended = await relay.command('roster', 'export');
  expect(ended.exit).toBe(0);
  return ended.out;
}

const versionOf = (text: string): number => Number(/^# version: (\d+)$/m.exec(text)?.[1]);

/** The people's line of the service `db`'s policy, with another person in Ana's place. */
const withBen = (text: string): string =>
  text
    .replace(/( db:\n {4}levels:\n {6}- \{people: \[)ana/, '$1ben')
    .replace('\npeople:\n', '\n# the team\npeople:\n');

test('an exported roster is edited, planned, applied and exported as it was; an alert then pages by it', async () => {
  const relay = await startRelay({ people: ['ana', 'ben'] });
  const before = await exported(relay);
  const version = versionOf(before);
  const edited = withBen(before);
  expect(edited).not.toBe(before);
  await write(relay, edited);

  const plan = await relay.json<RosterPlanJson>('roster', 'diff', 'roster.yaml');
  expect(plan).toMatchObject({ version, problems: [], changes: 'roster', jumps: [] });
  expect(plan.inWords).toEqual(['~ policy db, levels 1, people: [ana] -> [ben]']);
  expect(plan.oncall).toMatchObject([{ of: 'service', id: 'db', level: 1, before: ['ana'], after: ['ben'] }]);
  const shown = await relay.command('roster', 'diff', 'roster.yaml');
  expect(shown.out).toMatch(/db level 1: now - and on: ben instead of ana/);
  expect(shown.out).toMatch(/^ {2}-.*people: \[ana\]/m);

  const unasked = await relay.command('roster', 'apply', 'roster.yaml');
  expect(unasked).toMatchObject({ exit: 2 });
  expect(unasked.err).toMatch(/--yes/);
  expect(await exported(relay)).toBe(before);

  const applied = await relay.json<RosterAppliedJson>(
    'roster',
    'apply',
    'roster.yaml',
    '--yes',
    '--as',
    'ben',
  );
  expect(applied).toMatchObject({ version: version + 1, notYetOn: [] });
  expect(await exported(relay)).toBe(edited.replace(`# version: ${version}`, `# version: ${version + 1}`));
  const [newest] = await relay.json<RosterVersionJson[]>('roster', 'history', '--limit', '1');
  expect(newest).toMatchObject({ version: version + 1, by: 'ben', changes: plan.inWords });

  await relay.sender.posts('disk full');
  await relay.phone('ben').receives(/disk full/);
  expect(relay.twilio.ledger.map(({ to }) => to)).toEqual([relay.numberOf('ben')]);
});

test('a file made from an older version is refused with what has changed since; comments outlive a command', async () => {
  const relay = await startRelay({ people: ['ana', 'ben'] });
  const before = await exported(relay);
  await write(relay, withBen(before));
  expect((await relay.command('roster', 'apply', 'roster.yaml', '--yes')).exit).toBe(0);
  expect((await relay.command('person', 'add', 'eve', '--email', 'eve@example.com')).exit).toBe(0);

  const stale = await relay.command('roster', 'apply', 'roster.yaml', '--yes');
  expect(stale.exit).toBe(5);
  expect(stale.err).toMatch(/made from version \d+.*Since then:[\s\S]*\+ person eve/);
  const now = await exported(relay);
  expect(now).toMatch(/^# the team$/m);
  expect(now).toMatch(/^ {2}eve: \{name: eve, email: eve@example.com\}$/m);

  // A section that is gone with its comment: the comment is told.
  const version = versionOf(now);
  await write(relay, now.replace('  eve: {', '  # on loan\n  eve: {'));
  expect((await relay.command('roster', 'apply', 'roster.yaml', '--yes')).exit).toBe(0);
  await write(relay, now.replace(`# version: ${version}`, `# version: ${version + 1}`));
  expect((await relay.command('roster', 'apply', 'roster.yaml', '--yes')).exit).toBe(0);
  expect(await exported(relay)).not.toMatch(/on loan/);

  const back = await relay.json<RosterAppliedJson>('roster', 'rollback', String(version + 1), '--yes');
  expect(back).toMatchObject({ version: version + 3, plan: { changes: 'text', inWords: [] } });
  expect(await exported(relay)).toMatch(/^ {2}# on loan$/m);
});

test('`relay roster rollback` makes a new version equal to the old one, with its plan', async () => {
  const relay = await startRelay({ people: ['ana', 'ben'] });
  const before = await exported(relay);
  const version = versionOf(before);
  expect((await relay.command('oncall', 'set', 'ben', '--for', '8h')).exit).toBe(0);
  const [db] = await relay.json<OncallJson[]>('oncall', 'db');
  expect(db?.levels[0]?.people[0]?.person).toBe('ben');

  const dry = await relay.json<RosterPlanJson>('roster', 'rollback', String(version), '--dry-run');
  expect(dry.oncall).toMatchObject([
    { id: 'default', before: ['ben'], after: ['ana'] },
    { id: 'db', before: ['ben'], after: ['ana'] },
  ]);
  const back = await relay.command('roster', 'rollback', String(version), '--yes');
  expect(back).toMatchObject({ exit: 0, err: '' });
  expect(back.out).toContain(`The roster is at version ${version + 2}.`);
  expect(await exported(relay)).toBe(before.replace(`# version: ${version}`, `# version: ${version + 2}`));
  const versions = await relay.json<RosterVersionJson[]>('roster', 'history');
  expect(versions.map((one) => one.version)).toEqual(
    Array.from({ length: version + 2 }, (_, index) => version + 2 - index),
  );
  expect(await relay.command('roster', 'rollback', '999', '--yes')).toMatchObject({ exit: 4 });
});

test('a file alone says who is on call, as the daemon does; and whether it is right, where no daemon is', async () => {
  const relay = await startRelay({ people: ['ana', 'ben'] });
  const roster = await exported(relay);
  const turns = `${roster.replace(/( db:\n {4}levels:\n {6}- \{)people: \[ana\]/, '$1rotations: [ops]')}
rotations:
  ops:
    zone: Europe/Berlin
    layers:
      - {members: [ana, ben], shift: 1 week, start: 2035-10-22, handoff: "09:00"}
`;
  await write(relay, turns);
  expect((await relay.command('roster', 'apply', 'roster.yaml', '--yes')).exit).toBe(0);
  // To come: what is over is answered by the roster that was in force then.
  const at = ['--at', '2035-10-28T02:30:00Z'];
  const byDaemon = await relay.json<OncallJson[]>('oncall', ...at);
  const [db] = await relay.json<OncallJson[]>('oncall', 'db', ...at);
  expect(db?.levels).toMatchObject([
    { level: 1, people: [{ person: 'ana', until: '2035-10-29T08:00:00.000Z' }] },
  ]);
  expect((await relay.command('oncall', 'web')).exit).toBe(4);
  await relay.stop();

  expect(await relay.json<OncallJson[]>('oncall', '--roster', 'roster.yaml', ...at)).toEqual(byDaemon);
  expect(await relay.command('roster', 'check', 'roster.yaml')).toMatchObject({ exit: 0, err: '' });
  await write(relay, turns.replace('members: [ana, ben]', 'members: [ana, bem]').replace('"09:00"', '9'));
  const wrong = await relay.command('roster', 'check', 'roster.yaml');
  expect(wrong.exit).toBe(1);
  expect(wrong.out).toMatch(
    /^roster\.yaml:\d+:\d+: rotations\.ops\.layers\[0\]\.members\[1\]: there is no person "bem"; did you mean ben\?/m,
  );
  expect(wrong.out).toMatch(/^roster\.yaml:\d+:\d+: rotations\.ops\.layers\[0\]\.handoff: /m);
  const refused = await relay.command('oncall', '--roster', 'roster.yaml');
  expect(refused.exit).toBe(2);
  expect(refused.err).toMatch(/2 things in roster\.yaml must be put right/);
  const schema = JSON.parse((await relay.command('roster', 'schema')).out) as unknown;
  expect(schema).toEqual(
    JSON.parse(await readFile(join(import.meta.dirname, '../../docs/roster.schema.json'), 'utf8')),
  );
});
