/** A host that lost everything comes back on a new machine with its place in the ring; nothing is lost meanwhile. */
import { expect } from 'vitest';
import { expectPromiseKept, underLoad } from '../load-verdict.ts';
import { measured, seconds } from '../measured.ts';
import type { TestHost } from '../setting.ts';
import { PER_SECOND, type Stage } from '../stage.ts';
import { tellsOnce } from './install.ts';

export async function replaceHost(stage: Stage): Promise<void> {
  const lost = stage.hosts.at(-1);
  if (lost === undefined) throw new Error('no host');
  const tokens = await tokensOf(stage, lost);
  expect(tokens.length).toBeGreaterThan(0);
  const others = stage.hosts.filter(({ name }) => name !== lost.name);
  const load = await underLoad(stage, { hosts: others, perSecond: PER_SECOND }, async () => {
    await wipe(stage, lost);
    await stage.connect(lost);
    return stage.done('cluster', 'replace', lost.name, '--yes');
  });
  expectPromiseKept(load);
  await stage.resolveAll();
  measured(`relay cluster replace ${lost.name}`, seconds(load.result.tookMs));
  expect(await tokensOf(stage, lost)).toEqual(tokens);
  expect((await stage.cluster()).verdict).toBe('well');
  await tellsOnce(stage, 'after a replacement');
}

/** As if its disk had died and another machine had been put there: nothing of relay is left, nothing was said. */
async function wipe(stage: Stage, host: TestHost): Promise<void> {
  await stage.on(
    host,
    `systemctl kill -s KILL relay relay-cassandra haproxy relay-metrics 2>/dev/null || true
     systemctl disable --now relay relay-cassandra haproxy relay-metrics relay-firewall 2>/dev/null || true
     systemctl stop 'relay*' || true
     nft delete table inet relay 2>/dev/null || true
     rm -rf /opt/relay* /etc/relay* /var/lib/relay* /var/log/relay* /var/backups/relay /usr/local/bin/relay
     rm -rf /etc/systemd/system/relay* /etc/systemd/system/*/relay* /etc/sudoers.d/relay* /etc/nftables.d/relay*
     rm -rf /etc/chrony/conf.d/relay* /etc/haproxy/relay
     systemctl daemon-reload
     userdel relay || true; userdel relay-cassandra || true`,
  );
}

/** Which part of the ring is the host's, as another node knows it. */
async function tokensOf(stage: Stage, host: TestHost): Promise<string[]> {
  const ring = await stage.on(stage.anyHost, '/opt/relay-cassandra/current/bin/nodetool ring relay');
  return ring
    .split('\n')
    .filter((line) => line.startsWith(host.address))
    .map((line) => line.trim().split(/\s+/u).at(-1) ?? '')
    .sort();
}
