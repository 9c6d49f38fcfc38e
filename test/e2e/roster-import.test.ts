/** Coming from another tool, as somebody types it: the report, the plan, the import, and whom an alert pages then. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { RosterAppliedJson, RosterPlanJson } from '../../src/relay/api/roster-wire.ts';
import type { OncallJson } from '../../src/relay/api/wire.ts';
import { ANA, BEN, CLEO, KEY, POLICY, SCHEDULE, SERVICE } from '../unit/oncall/import/pagerduty-export.ts';
import { startRelay, type Relay } from './harness/relay.ts';

// Each command is a process of its own, and there are many.
vi.setConfig({ testTimeout: 120_000 });

async function exportInto(relay: Relay): Promise<void> {
  await mkdir(join(relay.dir, 'export'));
  const answers = {
    'users.json': {
      users: [ANA, BEN, CLEO].map((one) => ({ ...one, email: `pd-${one.email}`, contact_methods: [] })),
    },
    'schedule.json': { schedule: SCHEDULE },
    'policies.json': { escalation_policies: [POLICY] },
    'services.json': { services: [SERVICE] },
  };
  for (const [name, answer] of Object.entries(answers))
    await writeFile(join(relay.dir, 'export', name), JSON.stringify(answer));
}

test('an export is reported, planned, taken over in one version, and refused when it is there already', async () => {
  const relay = await startRelay({ people: ['ana', 'ben'] });
  await exportInto(relay);
  const importing = ['roster', 'import', '--from', 'pagerduty', 'export'];

  const dry = await relay.command(...importing, '--dry-run');
  expect(dry.exit).toBe(0);
  expect(dry.out).toMatch(/Did not come over:[\s\S]*escalation policy Production: rule 2: Somebody Gone/);
  expect(dry.out).toMatch(/3 people, 1 groups, 1 rotations, 1 policies, 1 services/);
  const plan = await relay.json<RosterPlanJson>(...importing, '--dry-run');
  expect(plan.inWords).toEqual(expect.arrayContaining([expect.stringContaining('rotation primary-on-call')]));

  const applied = await relay.json<RosterAppliedJson>(...importing, '--yes');
  expect(applied.version).toBe(plan.version + 1);
  const oncall = await relay.json<OncallJson[]>('oncall', 'checkout-api', '--at', '2026-12-03T17:00:00Z');
  // Weeks from 5 October: the ninth is Cleo's, by day.
  expect(oncall[0]?.levels[0]?.people).toMatchObject([{ person: 'cleo-wu' }]);
  const exported = await relay.command('roster', 'export');
  expect(exported.out).toContain('ana:');
  expect(exported.out.toLowerCase()).not.toContain(KEY);

  const again = await relay.command(...importing, '--yes');
  expect(again.exit).toBe(5);
  expect(again.err).toMatch(/--merge/);
  const merged = await relay.json<RosterAppliedJson>(...importing, '--yes', '--merge');
  expect(merged.version).toBe(applied.version);
});

test('an export becomes a roster file without a daemon', async () => {
  const relay = await startRelay({ people: ['ana'] });
  await exportInto(relay);
  const written = await relay.command(
    'roster',
    'import',
    '--from',
    'pagerduty',
    'export',
    '--out',
    'new.yaml',
    '--empty',
  );
  expect(written.exit).toBe(0);
  expect(await readFile(join(relay.dir, 'new.yaml'), 'utf8')).toContain('primary-on-call');
  const checked = await relay.command('roster', 'check', 'new.yaml');
  expect(checked).toMatchObject({ exit: 0 });
});
