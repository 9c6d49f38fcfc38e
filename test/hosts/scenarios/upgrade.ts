/** A rolling upgrade while alerts come in at every host, and back again. */
import { expect } from 'vitest';
import { expectPromiseKept, underLoad } from '../load-verdict.ts';
import { measured, seconds } from '../measured.ts';
import { buildNext } from '../releases.ts';
import { PER_SECOND, type Stage } from '../stage.ts';

/** A version of its own, made of the same code: what is tested is the way from one to the other. */
const NEXT = '0.1.1-next';

export async function upgradeUnderLoad(stage: Stage): Promise<void> {
  const before = await versions(stage);
  const release = await buildNext(NEXT, stage.dir);
  const upgrade = await underLoad(stage, { hosts: stage.hosts, perSecond: PER_SECOND }, () =>
    stage.done('cluster', 'upgrade', '--release', release, '--yes'),
  );
  expectPromiseKept(upgrade);
  expect(await versions(stage)).toEqual(stage.hosts.map(() => NEXT));
  measured(`rolling upgrade of five hosts at ${PER_SECOND} alerts/s`, seconds(upgrade.result.tookMs));
  measured('alerts during the upgrade', String(upgrade.sent.length));
  measured(
    '  refused by all, lost, repeated',
    `${upgrade.refused}, ${upgrade.verdict.lost}, ${upgrade.verdict.repeated}`,
    {
      text: '0, 0, 0',
      met: upgrade.refused + upgrade.verdict.lost + upgrade.verdict.repeated === 0,
    },
  );
  measured('  turned away by one host, taken by the next', String(upgrade.turnedAway));
  await stage.resolveAll();
  measured('  longest from the answer to the phone network', seconds(upgrade.verdict.longestMs ?? 0));

  await stage.done('cluster', 'rollback', '--yes');
  expect(await versions(stage)).toEqual(before);
}

/** What runs, not what is installed. */
const versions = (stage: Stage): Promise<string[]> =>
  Promise.all(
    stage.hosts.map(async (host) => {
      const text = await stage.on(host, 'curl -fsS http://127.0.0.1:8080/metrics');
      return /^relay_build_info\{[^}]*version="([^"]+)"/mu.exec(text)?.[1] ?? 'none';
    }),
  );
