/** New passwords of Cassandra on all hosts while alerts come in; the former ones let nobody in. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { expectPromiseKept, underLoad } from '../load-verdict.ts';
import { measured, seconds } from '../measured.ts';
import { PER_SECOND, type Stage } from '../stage.ts';

export async function newPasswords(stage: Stage): Promise<void> {
  const before = await logins(stage);
  const load = await underLoad(stage, { hosts: stage.hosts, perSecond: PER_SECOND }, () =>
    stage.done('cluster', 'rotate', 'passwords', '--yes'),
  );
  expectPromiseKept(load);
  await stage.resolveAll();
  measured('relay cluster rotate passwords', seconds(load.result.tookMs));
  const now = await logins(stage);
  expect(now).not.toEqual(before);
  expect(load.result.err).toContain('nobody comes in by relay_a any more');
  expect((await stage.cluster()).verdict).toBe('well');
  expect((await stage.relay('cluster', 'plan', '--check')).exit).toBe(0);
}

const logins = (stage: Stage): Promise<string[]> =>
  Promise.all(
    ['cassandra-admin', 'cassandra-relay'].map((file) =>
      readFile(join(stage.dir, 'cluster-secrets', file), 'utf8'),
    ),
  );
