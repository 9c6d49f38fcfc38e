/** Five nodes, five daemons, one relay: whichever host takes an alert, Ana is told once, also after dc-b has gone. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IncidentJson } from '../../src/relay/api/wire.ts';
import type { ClusterJson } from '../../src/relay/cluster/wire.ts';
import { type Phone, phoneOf } from '../e2e/harness/people.ts';
import { until } from '../e2e/harness/until.ts';
import { type LocalCluster, startLocalCluster } from './cluster.ts';
import type { LocalHost } from './daemon.ts';
import { addPerson, addService, ANA, BEN, type Service } from './roster.ts';
import { mail, post } from './senders.ts';
import { whichTargets } from './which.ts';

const BIN = join(import.meta.dirname, '../../bin/relay');
/** Longer than the loss of a datacenter may hold up a page. */
const PAGED_WITHIN_MS = 45_000;
/** A second page would have come by then: beyond the life of a claim. */
const ESCALATES_AFTER_MS = 3_600_000;

let cluster: LocalCluster;
let db: Service;
let ana: Phone;
/** How many texts Ana had before this test. */
let before: number;

beforeAll(async () => {
  cluster = await startLocalCluster({ say: (text) => void process.stderr.write(`${text}\n`) });
  const { api } = cluster.host(1);
  for (const person of [ANA, BEN]) await addPerson(api, person);
  db = await addService(api, 'db', [[ANA.id], [BEN.id]], ESCALATES_AFTER_MS);
  ana = phoneOf(cluster.standins.twilio, ANA.phone, () =>
    cluster.hosts.map((host) => `${host.name}:\n${host.tail()}`).join('\n'),
  );
});

afterAll(async () => {
  await cluster?.stop();
});

/** Whatever became of the test before: five hosts that see each other, and nothing under way. */
beforeEach(async () => {
  await cluster.heal();
  for (const host of cluster.hosts) await seesAll(host);
  await quiet();
  before = ana.all.length;
});

describe('five hosts in three datacenters', () => {
  it('tell Ana once of each alert, whichever host took it, by HTTP or by mail', async () => {
    for (const host of cluster.hosts) {
      await alert(host, `disk full on web-${host.name}`);
      expect(await mail(host, { service: db.id, summary: `load high on db-${host.name}` })).not.toBeNull();
    }
    for (const host of cluster.hosts) {
      await ana.receives(new RegExp(`disk full on web-${host.name}`), PAGED_WITHIN_MS);
      await ana.receives(new RegExp(`load high on db-${host.name}`), PAGED_WITHIN_MS);
    }
    await quiet();
    expect(told(/disk full on web-h\d/)).toHaveLength(5);
    expect(told(/load high on db-h\d/)).toHaveLength(5);
  });

  it('tell her once of what two of them take at the same moment', async () => {
    await Promise.all([cluster.host(2), cluster.host(3)].map((host) => alert(host, 'two at once')));
    await ana.receives(/two at once/, PAGED_WITHIN_MS);
    await quiet();
    expect(told(/two at once/)).toHaveLength(1);
    expect((await incidents()).filter(({ summary }) => summary === 'two at once')).toMatchObject([
      { events: 2, status: 'triggered' },
    ]);
  });

  it('go on without dc-b, each alert told once, an answer to another host counting; and are five again when it is back', async () => {
    await loseDatacenter();
    const left = cluster.hosts.filter(({ state }) => state === 'runs');
    expect(left.map(({ name }) => name)).toEqual(['h1', 'h2', 'h5']);
    for (const host of left) await alert(host, `fire at ${host.name}`);
    for (const host of left) await ana.receives(new RegExp(`fire at ${host.name}`), PAGED_WITHIN_MS);
    await quiet();
    expect(told(/fire at h\d/)).toHaveLength(3);

    const code = /Reply (\d+)a/.exec(told(/fire at h5/)[0] ?? '')?.[1];
    await ana.replies(`${code}a`);
    await until(
      'h1 shows the incident of h5 as acknowledged',
      async () =>
        (await incidents(cluster.host(1))).find(
          ({ summary, status }) => summary === 'fire at h5' && status === 'acknowledged',
        ),
      { withinMs: PAGED_WITHIN_MS },
    );
    // Hosts are taken for dead once their signs of life have been missed for a while.
    await until(
      'h5 takes h3 and h4 for dead',
      async () => {
        const { exit, found } = await clusterStatus(cluster.host(5));
        const dead = found.hosts.filter(({ state }) => state === 'dead').map(({ name }) => name);
        if (dead.join() !== 'h3,h4') return false;
        expect(exit).toBe(1);
        expect(found.quorum).toMatchObject({ has: true, survivesNode: false });
        return true;
      },
      { withinMs: PAGED_WITHIN_MS },
    );

    await cluster.heal();
    for (const host of cluster.hosts) await seesAll(host);
    await alert(cluster.host(3), 'dc-b again');
    await ana.receives(/dc-b again/, PAGED_WITHIN_MS);
    await quiet();
    expect(told(/dc-b again/)).toHaveLength(1);
    // Nothing else since the beginning but what her answer was answered with.
    const texts = ana.all.slice(before).map(({ body }) => body);
    expect(texts.filter((body) => !/fire at h\d|dc-b again/.test(body))).toEqual([]);
    expect(told(/fire at h\d/).filter((body) => !body.startsWith('Acked'))).toHaveLength(3);
  });
});

async function loseDatacenter(): Promise<void> {
  const { nodes, hosts } = whichTargets(cluster.nodes.nodes, cluster.hosts, ['dc-b']);
  await Promise.all([...nodes.map(({ k }) => cluster.nodes.kill(k)), ...hosts.map((host) => host.kill())]);
}

async function seesAll(host: LocalHost): Promise<void> {
  await until(
    `${host.name} sees five hosts`,
    async () => {
      const { found } = await clusterStatus(host);
      return found.hosts.every(({ state }) => state === 'live') && found.quorum.survivesDatacenter === true;
    },
    { withinMs: PAGED_WITHIN_MS },
  );
}

async function alert(host: LocalHost, summary: string): Promise<void> {
  const taken = await post(host, { service: db.id, routingKey: db.routingKey, dedupKey: summary, summary });
  expect(taken, `${host.name} takes ${summary}`).not.toBeNull();
}

/** The texts that reached Ana's phone about it. */
const told = (about: RegExp): string[] => ana.all.map(({ body }) => body).filter((body) => about.test(body));

/** Resolves when no host has anything left to do: whoever would tell somebody again has done so. */
async function quiet(): Promise<void> {
  await until(
    'nothing is left to do',
    async () => {
      const { lag, spool } = await cluster.anyHost.api.get<ClusterJson>('/v1/cluster');
      return lag?.journal === 0 && spool.waiting === 0;
    },
    { withinMs: PAGED_WITHIN_MS },
  );
}

async function incidents(host: LocalHost = cluster.anyHost): Promise<IncidentJson[]> {
  return host.api.get<IncidentJson[]>('/v1/incidents');
}

/** The real command, on that host. */
async function clusterStatus(host: LocalHost): Promise<{ exit: number; found: ClusterJson }> {
  return new Promise((resolve, reject) => {
    const args = [BIN, 'cluster', 'status', '--json', '--config', join(host.dir, 'relay.yaml')];
    const env = { PATH: process.env['PATH'], HOME: cluster.dir };
    execFile('sh', args, { env }, (error, out, err) => {
      if (out === '') reject(new Error(`relay cluster status on ${host.name}: ${err}`));
      else resolve({ exit: error === null ? 0 : Number(error.code), found: JSON.parse(out) as ClusterJson });
    });
  });
}
