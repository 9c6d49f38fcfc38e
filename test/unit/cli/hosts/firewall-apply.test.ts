import { Buffer } from 'node:buffer';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadRules } from '../../../../src/cli/hosts/firewall.ts';
import type { Io } from '../../../../src/cli/quick-command.ts';
import { takeLock } from '../../../../src/relay/hosts/apply/lock.ts';
import { PLACES } from '../../../../src/relay/hosts/places.ts';
import { makeAuthority } from '../../../../src/relay/hosts/secrets/certificates.ts';
import type { HostSpec } from '../../../../src/relay/hosts/types.ts';
import type { Remote } from '../../../../src/relay/hosts/ssh/port.ts';
import { FIVE, inventoryOf } from '../../hosts/components/five-hosts.ts';
import { type Sandbox, sandbox } from '../../hosts/sandbox.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const [ours = '', other = ''] = await Promise.all(
  ['a', 'b'].map(async (name) => (await makeAuthority(name, NOW)).cert),
);
const io = { out: () => undefined, err: () => undefined, env: {} } as Partial<Io> as Io;

/** A host whose locks are real; its kernel has no rules, its ca.pem is what is given, and loading is only noted. */
interface Host {
  sandbox: Sandbox;
  ca: string;
  loads: number;
}

let hosts: Map<string, Host>;
beforeEach(async () => {
  const made = FIVE.slice(0, 2).map(
    async (spec): Promise<[string, Host]> => [
      spec.name,
      { sandbox: await sandbox(spec), ca: ours, loads: 0 },
    ],
  );
  hosts = new Map(await Promise.all(made));
});
afterEach(() => Promise.all([...hosts.values()].map((one) => one.sandbox[Symbol.asyncDispose]())));

function hostOf(name: string): Host {
  const found = hosts.get(name);
  if (found === undefined) throw new Error(`no host ${name}`);
  return found;
}

const reach = (spec: HostSpec): Remote => {
  return {
    host: spec,
    run: async (what, script, options) => {
      // Every host of the inventory is asked; from none of them any door is open, so none can be shut.
      if (what === 'look at the doors of another host') return '';
      const one = hostOf(spec.name);
      if (what === 'look at the host') {
        const ca = Buffer.from(one.ca).toString('base64');
        return `os\tdebian\t12\nfile\t${PLACES.relay.caFile}\t0\t644 root root\t${ca}\nend\n`;
      }
      if (what === 'read the firewall') return `no\n\n${Buffer.from('rules').toString('base64')}\n`;
      if (what === 'load the firewall') {
        // Only what is put before the script by whoever holds the lock.
        await one.sandbox.remote.run(what, script.slice(0, script.indexOf('umask 077')));
        one.loads += 1;
        return 'unchanged\n';
      }
      return one.sandbox.remote.run(what, script, options);
    },
  };
};

const load = (trusted: string, force = false): Promise<number> =>
  loadRules(
    { inventory: inventoryOf(), hosts: FIVE.slice(0, 2), trusted },
    reach,
    { yes: true, json: false, 'force-unlock': force },
    io,
  );
const loads = (): number[] => [...hosts.values()].map((one) => one.loads);

describe('relay firewall apply', () => {
  test('loads rules on hosts of ours, and on those that were never set up', async () => {
    hostOf('a2').ca = '';
    expect(await load(ours)).toBe(0);
    expect(loads()).toEqual([1, 1]);
  });

  test.each([
    ['another cluster.yaml names the hosts', other],
    ['the secrets are missing', ''],
  ])('loads nothing where %s', async (_why, trusted) => {
    hostOf('a2').ca = '';
    await expect(load(trusted)).rejects.toThrow('nothing was done: a1: it was set up with another authority');
    expect(loads()).toEqual([0, 0]);
  });

  test('loads nothing while somebody else changes a host, unless forced; and holds nothing afterwards', async () => {
    const others = await takeLock([hostOf('a2').sandbox.remote], 'apply', false);
    await expect(load(ours)).rejects.toThrow(/^a2 is being changed by .+ \(apply\)/u);
    expect(loads()).toEqual([0, 0]);
    expect(await load(ours, true)).toBe(0);
    await others[Symbol.asyncDispose]();
    await using free = await takeLock(
      [...hosts.values()].map((one) => one.sandbox.remote),
      'apply',
      false,
    );
    expect(free.lost()).toBeNull();
  });
});
