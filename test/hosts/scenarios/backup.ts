/** What a backup holds comes back, into a store of its own; what came after it doesn't. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse, stringify } from 'yaml';
import type { IncidentJson } from '../../../src/relay/api/wire.ts';
import { mail } from '../../cluster/senders.ts';
import { until } from '../../e2e/harness/until.ts';
import { measured, seconds } from '../measured.ts';
import { mailboxOf, RUN, type Stage } from '../stage.ts';
import { tellsOnce } from './install.ts';

const PAGED_WITHIN_MS = 60_000;
const KEYSPACE = 'relay_restored';

export async function backUpAndRestore(stage: Stage): Promise<void> {
  const host = stage.anyHost;
  const open = await opened(stage, `open when the backup was made in run ${RUN}`);
  const startedMs = performance.now();
  const { path: file } = await stage.ask<{ path: string }>(host, 'backup', '--to', '/var/backups/relay');
  measured('relay backup of five hosts', seconds(performance.now() - startedMs));
  await stage.on(host, `relay backup --check '${file}'`);
  const later = await opened(stage, `opened after the backup in run ${RUN}`);

  const brought = join(stage.dir, 'five.backup');
  await writeFile(brought, Buffer.from(await stage.on(host, `base64 -w 0 '${file}'`), 'base64'), {
    mode: 0o600,
  });
  const refused = await stage.relay('cluster', 'restore', brought, '--yes');
  expect(refused.exit).toBe(1);
  expect(refused.err).toContain('cassandra.keyspace');
  expect((await stage.cluster()).verdict, 'nothing was stopped for it').toBe('well');

  const cluster = parse(await readFile(stage.clusterFile, 'utf8')) as object;
  await writeFile(stage.clusterFile, stringify({ ...cluster, cassandra: { keyspace: KEYSPACE } }));
  const told = pagesOf(stage, open);
  const { tookMs } = await stage.done('cluster', 'restore', brought, '--yes');
  measured('relay cluster restore', seconds(tookMs));
  const now = await stage.incidents();
  expect(now.find(({ number }) => number === open.number)).toMatchObject({
    summary: open.summary,
    status: 'triggered',
  });
  expect(now.some(({ summary }) => summary === later.summary)).toBe(false);
  expect((await stage.relay('cluster', 'plan', '--check')).exit).toBe(0);
  await tellsOnce(stage, 'after a restore');
  expect(pagesOf(stage, open), 'what was told before the backup is not told again').toBe(told);
  await stage.resolveAll();
}

async function opened(stage: Stage, summary: string): Promise<IncidentJson> {
  const [service] = stage.services;
  if (service === undefined) throw new Error('no service');
  expect(await mail(stage.door(stage.anyHost), { service: mailboxOf(service), summary })).not.toBeNull();
  const incident = await until('it is open', async () =>
    (await stage.incidents()).find((one) => one.summary === summary),
  );
  await until('it is told', () => pagesOf(stage, incident) > 0, { withinMs: PAGED_WITHIN_MS });
  return incident;
}

const pagesOf = ({ standins }: Stage, { summary }: IncidentJson): number =>
  standins.twilio.ledger.filter(({ body }) => body.includes(summary)).length;
