import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyFirewall, RolledBackError } from '../../../../src/relay/hosts/firewall/apply.ts';
import { firewallDifference, readFirewall } from '../../../../src/relay/hosts/firewall/drift.ts';
import { wantedRules } from '../../../../src/relay/hosts/components/firewall/component.ts';
import { PLACES } from '../../../../src/relay/hosts/places.ts';
import { HostError } from '../../../../src/relay/hosts/ssh/port.ts';
import type { Remote, RunOptions } from '../../../../src/relay/hosts/ssh/port.ts';
import { missingFirewall } from '../../../network/missing.ts';
import { KEEPER, makeNetworkHost } from '../../../network/namespace.ts';
import type { NetworkHost, Probe } from '../../../network/namespace.ts';
import { contextOf, HOSTS } from '../components/network-hosts.ts';

const HOST = '192.0.2.11';
const ADMIN = '203.0.113.130';
const ELSEWHERE = '203.0.113.77';
const [A1] = HOSTS;
/** Nobody else has to get in. */
const nobody = (): Promise<void> => Promise.resolve();

// Without nft or root there is no kernel to filter by; say-missing.ts says so at the end of the run.
describe.skipIf(missingFirewall() !== null)('new rules on a host', () => {
  let network: NetworkHost;
  let remote: Remote;
  beforeEach(async () => {
    network = await makeNetworkHost([HOST], [ADMIN, ELSEWHERE, '192.0.2.12'], [22, 25, 9_999]);
    remote = remoteFrom(ADMIN);
  });
  afterEach(() => network?.close());

  const marker: Probe = { from: '192.0.2.12', to: HOST, port: 22 };
  const remoteFrom = (from: string): Remote => {
    if (A1 === undefined) throw new Error('no hosts');
    return network.remote(A1, { from: { from, to: HOST, port: 22 }, marker });
  };
  const rulesFor = (admins: string[]): string => wantedRules(contextOf('a1', { admins }), null);
  const GOOD = rulesFor(['203.0.113.128/25']);
  /** Whoever applies these from ADMIN shuts themselves out. */
  const LOCKING = rulesFor([`${ELSEWHERE}/32`]);
  const kernel = (): Promise<string> =>
    remote.run('look', 'nft -s -t list table inet relay 2>/dev/null || echo none');
  const isArmed = (): boolean => existsSync(join(network.folder, 'lib/armed'));
  const bootRules = (): string | null => {
    const file = join(network.folder, PLACES.firewall.rules);
    return existsSync(file) ? readFileSync(file, 'utf8') : null;
  };
  const isIn = async (from: string, port = 22): Promise<boolean> =>
    (await network.probe([{ from, to: HOST, port }], marker))[0] === true;

  test('are loaded, proved by a new connection, and kept for the next boot; a second time there is nothing to do', async () => {
    expect(await isIn(ELSEWHERE, 9_999)).toBe(true);
    expect(await applyFirewall(remote, GOOD, nobody, KEEPER)).toBe('applied');
    expect(await isIn(ADMIN)).toBe(true);
    expect(await isIn(ELSEWHERE)).toBe(false);
    expect(await isIn(ELSEWHERE, 9_999)).toBe(false);
    expect(bootRules()).toBe(GOOD);
    expect(isArmed()).toBe(false);
    expect(existsSync(join(network.folder, 'lib/enabled'))).toBe(true);
    expect(await applyFirewall(remote, GOOD, nobody, KEEPER)).toBe('unchanged');
  });

  test('that shut the admin out are gone again at once, and the next boot never sees them', async () => {
    await applyFirewall(remote, GOOD, nobody, KEEPER);
    const before = await kernel();
    const failed = applyFirewall(remote, LOCKING, nobody, KEEPER);
    await expect(failed).rejects.toThrow(RolledBackError);
    await expect(failed).rejects.toThrow(/^a1: .*old ones are back/);
    expect(await kernel()).toBe(before);
    expect(bootRules()).toBe(GOOD);
    expect(isArmed()).toBe(false);
    expect(await applyFirewall(remote, GOOD, nobody, KEEPER)).toBe('unchanged');
  });

  test('that shut another host out are gone again too', async () => {
    await applyFirewall(remote, GOOD, nobody, KEEPER);
    const before = await kernel();
    const shut = (): Promise<void> =>
      Promise.reject(new HostError('a1', 'look', null, 'b1 no longer gets in'));
    const other = rulesFor(['203.0.113.128/25', '198.51.100.200/32']);
    await expect(applyFirewall(remote, other, shut, KEEPER)).rejects.toThrow(/b1 no longer gets in/);
    expect(await kernel()).toBe(before);
    expect(bootRules()).toBe(GOOD);
    expect(isArmed()).toBe(false);
  });

  test('where there were none, none is what comes back', async () => {
    await expect(applyFirewall(remote, LOCKING, nobody, KEEPER)).rejects.toThrow(RolledBackError);
    expect(await kernel()).toBe('none\n');
    expect(bootRules()).toBeNull();
  });

  test('that shut the admin out, whose machine dies too: the host brings the old ones back by itself', async () => {
    await applyFirewall(remote, GOOD, nobody, KEEPER);
    const before = await kernel();
    // Nothing comes through after the load, by whatever connection.
    const dying: Remote = {
      host: remote.host,
      run: (what, script, options?: RunOptions) =>
        what === 'load the firewall' ? remote.run(what, script, options) : Promise.reject(new Error('gone')),
    };
    await expect(applyFirewall(dying, LOCKING, nobody, KEEPER)).rejects.toThrow(/come back within 60 s/);
    expect(await isIn(ADMIN)).toBe(false);
    // In that minute nobody may make the locking rules the ones to go back to.
    await expect(applyFirewall(remote, GOOD, nobody, KEEPER)).rejects.toThrow(/try again in 60 s/);
    // The minute is over.
    const old = readFileSync(join(network.folder, 'lib/armed'), 'utf8');
    await remote.run('fire', `nft -f ${old} && rm /var/lib/armed`);
    expect(await kernel()).toBe(before);
    expect(await isIn(ADMIN)).toBe(true);
    expect(bootRules()).toBe(GOOD);
  });

  test('that were confirmed too late are not kept', async () => {
    const late: Remote = {
      host: remote.host,
      run: async (what, script, options?: RunOptions) => {
        if (options?.fresh === true) await remote.run('fire', `nft -f "$(cat /var/lib/armed)"`);
        return remote.run(what, script, options);
      },
    };
    await expect(applyFirewall(late, GOOD, nobody, KEEPER)).rejects.toThrow(/had come back already/);
    expect(await kernel()).toBe('none\n');
    expect(bootRules()).toBeNull();
  });

  test('that nft does not take are never loaded', async () => {
    await expect(applyFirewall(remote, 'table inet relay { chain', nobody, KEEPER)).rejects.toThrow(
      /a1: load the firewall/,
    );
    expect(await kernel()).toBe('none\n');
    expect(isArmed()).toBe(false);
  });

  test('leave the tables of others alone', async () => {
    await remote.run('docker', 'nft add table ip docker; nft add chain ip docker forward');
    await applyFirewall(remote, GOOD, nobody, KEEPER);
    expect(await remote.run('look', 'nft list tables')).toContain('table ip docker');
  });

  describe('a change by hand is seen:', () => {
    beforeEach(() => applyFirewall(remote, GOOD, nobody, KEEPER));

    test('none, though connections were counted and senders remembered', async () => {
      await isIn(ELSEWHERE, 25);
      await isIn(ELSEWHERE, 9_999);
      const found = await readFirewall(remote, GOOD);
      expect(firewallDifference(found)).toBeNull();
      expect(found.boots).toBe(true);
    });

    test('a rule more', async () => {
      await remote.run('by hand', 'nft add rule inet relay input tcp dport 9999 accept');
      expect(firewallDifference(await readFirewall(remote, GOOD))).toMatch(/^-\s+tcp dport 9999 accept$/m);
    });

    test('a rule less', async () => {
      const handle = '$(nft -a list chain inet relay input | sed -n "s/.*admins.* handle //p")';
      await remote.run('by hand', `nft delete rule inet relay input handle ${handle}`);
      expect(firewallDifference(await readFirewall(remote, GOOD))).toMatch(/^\+\s+.*comment "admins"$/m);
    });

    test('everything flushed', async () => {
      await remote.run('by hand', 'nft flush ruleset');
      const found = await readFirewall(remote, GOOD);
      expect(found.kernel).toBeNull();
      expect(firewallDifference(found)).toMatch(/^\+\s+type filter hook input/m);
      expect(await applyFirewall(remote, GOOD, nobody, KEEPER)).toBe('applied');
    });

    test('another file for the next boot', async () => {
      writeFileSync(join(network.folder, PLACES.firewall.rules), 'table inet other\n');
      const found = await readFirewall(remote, GOOD);
      expect(found.boots).toBe(false);
      expect(firewallDifference(found)).toBeNull();
      expect(await applyFirewall(remote, GOOD, nobody, KEEPER)).toBe('applied');
      expect(bootRules()).toBe(GOOD);
    });
  });
});
