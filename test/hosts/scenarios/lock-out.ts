/** Rules that would lock the admin out of every host are taken back by the hosts themselves. */
import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { parse, stringify } from 'yaml';
import { until } from '../../e2e/harness/until.ts';
import { measured, seconds } from '../measured.ts';
import type { Stage } from '../stage.ts';

/** A minute until the hosts give up waiting, and some for five of them. */
const BACK_WITHIN_MS = 120_000;

export async function lockedOut(stage: Stage): Promise<void> {
  const rules = await ruleset(stage);
  const cluster = await readFile(stage.clusterFile, 'utf8');
  const startedMs = performance.now();
  try {
    await writeFile(
      stage.clusterFile,
      stringify({ ...(parse(cluster) as object), admins: ['192.0.2.0/24'] }),
    );
    const { exit, err, out } = await stage.relay('firewall', 'apply', '--yes');
    expect(exit).toBe(1);
    for (const { name } of stage.hosts) expect(out + err).toContain(name);
  } finally {
    await writeFile(stage.clusterFile, cluster);
  }
  await until(
    'the admin gets in again everywhere',
    async () =>
      (await Promise.all(stage.hosts.map((host) => stage.on(host, 'echo in').catch(() => '')))).every(
        (said) => said === 'in\n',
      ),
    { withinMs: BACK_WITHIN_MS },
  );
  measured('locked out by a mistake: until ssh works again', seconds(performance.now() - startedMs));
  expect(await ruleset(stage)).toEqual(rules);
  expect((await stage.relay('firewall', 'diff')).exit).toBe(0);
}

/** What each kernel has, without counters and what senders filled in. */
const ruleset = (stage: Stage): Promise<string[]> =>
  Promise.all(
    stage.hosts.map((host) => stage.on(host, 'nft -s list table inet relay | grep -v "elements = "')),
  );
