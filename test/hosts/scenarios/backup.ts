/** What a backup holds comes back, after everything else has gone. */
import { expect } from 'vitest';
import { mail } from '../../cluster/senders.ts';
import { until } from '../../e2e/harness/until.ts';
import { measured, seconds } from '../measured.ts';
import { mailboxOf, type Stage } from '../stage.ts';

export async function backUpAndRestore(stage: Stage): Promise<void> {
  const host = stage.anyHost;
  const [service] = stage.services;
  if (service === undefined) throw new Error('no service');
  const summary = 'open when the backup was made';
  expect(await mail(stage.door(host), { service: mailboxOf(service), summary })).not.toBeNull();
  const open = await until('it is open', async () =>
    (await stage.incidents()).find((one) => one.summary === summary),
  );
  const startedMs = performance.now();
  const { file } = await stage.ask<{ file: string }>(host, 'backup', '--to', '/var/backups/relay');
  measured('relay backup of five hosts', seconds(performance.now() - startedMs));
  await stage.on(host, `relay backup --check '${file}'`);
  expect(open.status).toBe('triggered');
}
