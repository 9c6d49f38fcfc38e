import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planCluster } from '../../../../src/cli/hosts/plan.ts';
import { statusOfHosts } from '../../../../src/cli/hosts/status.ts';
import { rollbackCluster, upgradeCluster } from '../../../../src/cli/hosts/upgrade.ts';
import type { Io } from '../../../../src/cli/quick-command.ts';
import { readInventory } from '../../../../src/relay/hosts/inventory/read.ts';
import { openSecrets } from '../../../../src/relay/hosts/secrets/open.ts';
import { missingSshd, type SshdRig, startSshd } from '../../hosts/ssh/rig.ts';

const isRoot = process.getuid?.() === 0;
if (missingSshd !== null || !isRoot) {
  console.warn('NOT CHECKED: plans over real ssh: they need sshd on this machine, and root to look at it');
}

const HOSTS = [
  ['a1', 'a', '192.0.2.1'],
  ['a2', 'a', '192.0.2.2'],
  ['b1', 'b', '198.51.100.1'],
  ['b2', 'b', '198.51.100.2'],
  ['c1', 'c', '203.0.113.1'],
];

interface Heard extends Io {
  text: string;
  told: string;
}

function listener(): Heard {
  const io: Heard = {
    text: '',
    told: '',
    out: (text) => void (io.text += text),
    err: (text) => void (io.told += text),
    tty: false,
    columns: 80,
    env: {},
    cwd: '/',
  };
  return io;
}

// Only looks: the five hosts are this machine, under addresses that it can't have.
describe.skipIf(missingSshd !== null || !isRoot)('five hosts that are looked at over real ssh', () => {
  let rig: SshdRig;
  let file: string;

  beforeAll(async () => {
    rig = await startSshd();
    const config = rig.host.ssh.configFile ?? '';
    const text = await readFile(config, 'utf8');
    const names = HOSTS.map(([name]) => name).join(' ');
    await writeFile(config, text.replace('Host a1', `Host ${names}\n  HostKeyAlias a1`));
    const folder = join(rig.folder, 'cluster');
    await mkdir(folder);
    await writeFile(join(folder, `relay-9.9.9-linux-${process.arch}.tar.gz`), 'a release');
    await writeFile(join(folder, 'apache-cassandra-5.0.9-bin.tar.gz'), 'a release');
    file = join(folder, 'cluster.yaml');
    await writeFile(
      file,
      `name: relay
domain: alerts.example.com
ssh: { config: ${config} }
hosts:
${HOSTS.map(([name, provider, address]) => `  - { name: ${name}, provider: ${provider}, address: ${address}, ssh: { host: ${name} } }`).join('\n')}
relay:
  mail: { url: "smtp://mail.example.com", from: "Relay <relay@alerts.example.com>" }
  catchAll: [ana]
releases:
  relay: relay-9.9.9-linux-${process.arch}.tar.gz
  cassandra: apache-cassandra-5.0.9-bin.tar.gz
`,
    );
  });
  afterAll(async () => rig[Symbol.asyncDispose]());

  test('the plan says what each lacks, and why nothing may be done to them; no secret is in it', async () => {
    const secrets = join(rig.folder, 'cluster/cluster-secrets');
    await openSecrets(await readInventory(file));
    const io = listener();
    const exit = await planCluster({ file }, { json: true, check: false, contents: true }, io);
    expect(exit).toBe(1);
    const plan = JSON.parse(io.text) as {
      hosts: { host: string; files: { path: string; diff: string | null }[] }[];
      findings: { host: string; level: string; what: string }[];
      dns: { type: string; value: string }[];
    };
    expect(plan.hosts.map(({ host }) => host)).toEqual(['a1', 'a2', 'b1', 'b2', 'c1']);
    expect(plan.findings.filter(({ level }) => level === 'refuse').map(({ what }) => what)).toContainEqual(
      expect.stringContaining('192.0.2.1 is on none of its interfaces'),
    );
    expect(plan.dns.filter(({ type }) => type === 'MX')).toHaveLength(5);
    const yaml = plan.hosts[1]?.files.find(({ path }) => path === '/etc/relay/relay.yaml');
    expect(yaml?.diff).toContain('+host: a2');
    for (const name of readdirSync(secrets)) {
      const secret = await readFile(join(secrets, name), 'utf8');
      const key = /-----BEGIN PRIVATE KEY-----\s+(?<start>\S{40})/u.exec(secret)?.groups?.['start'];
      if (key !== undefined) expect(io.text).not.toContain(key);
    }
    await rm(secrets, { recursive: true });
  });

  test('for people it is shown by host, new files by name', async () => {
    const io = listener();
    await planCluster({ file }, { json: false, check: false, contents: false }, io);
    expect(io.told).toBe('relay: looking at a1, a2, b1, b2, c1\n');
    expect(io.text).toContain('\nb2\n');
    expect(io.text).toContain('+ /etc/relay/relay.yaml (0640 root:relay)');
    expect(io.text).toContain('What DNS must say');
    expect(io.text).toContain('cluster-secrets is made by the first apply');
    expect(existsSync(join(rig.folder, 'cluster/cluster-secrets'))).toBe(false);
  });

  test('status says that nothing is installed and exits with 1', async () => {
    const io = listener();
    expect(await statusOfHosts(file, false, io)).toBe(1);
    expect(io.text).toContain('No daemon answers on any host.');
    expect(io.text).toContain('c1 nothing is installed yet: relay cluster apply');
    expect(existsSync(join(rig.folder, 'cluster/cluster-secrets'))).toBe(false);
  });

  test('what was never set up is neither upgraded nor rolled back', async () => {
    const flags = { yes: true, json: false, 'force-unlock': false };
    await expect(upgradeCluster({ file, cassandra: false, relay: true }, flags, listener())).rejects.toThrow(
      'there is no relay yet on a1, a2, b1, b2, c1',
    );
    await expect(rollbackCluster({ file }, 'relay', flags, listener())).rejects.toThrow(
      'there is no release of relay to go back to',
    );
  });

  test('a host that does not answer is named with what to do, and the others are planned all the same', async () => {
    const io = listener();
    const config = rig.host.ssh.configFile ?? '';
    const text = await readFile(config, 'utf8');
    await writeFile(config, `Host c1\n  ProxyCommand false\n${text}`);
    try {
      expect(await planCluster({ file }, { json: true, check: false, contents: false }, io)).toBe(1);
    } finally {
      await writeFile(config, text);
    }
    const { hosts, findings } = JSON.parse(io.text) as {
      hosts: unknown[];
      findings: { host: string; what: string }[];
    };
    expect(hosts).toHaveLength(4);
    expect(findings.find(({ host }) => host === 'c1')?.what).toContain('could not be looked at');
  });
});
