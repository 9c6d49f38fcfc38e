import { describe, expect, test } from 'vitest';
import type { Io } from '../../../../src/cli/quick-command.ts';
import { rollAll } from '../../../../src/cli/hosts/upgrade.ts';
import { stepsTo } from '../../../../src/relay/hosts/apply/rolling.ts';
import { type Ground, survey } from '../../../../src/relay/hosts/apply/survey.ts';
import type { HostSpec, Inventory } from '../../../../src/relay/hosts/types.ts';
import { hostOf } from '../../hosts/components/five-hosts.ts';

const HOST = hostOf('a1', 'hetzner', '192.0.2.1');
const io = { out: () => undefined, err: () => undefined, env: {} } as Partial<Io> as Io;

describe('an upgrade', () => {
  test('does nothing where another has changed the hosts between the question and the lock', async () => {
    let current = '1.0.0';
    const ran: string[] = [];
    const ground = {
      inventory: { hosts: [HOST] } as unknown as Inventory,
      secrets: { authority: { cert: '', key: '' } },
      givenFiles: {},
      components: [],
      firewallDiff: () => null,
      remote: (host: HostSpec) => ({
        host,
        run: async (what: string) => {
          ran.push(what);
          return `os\tdebian\t12\nrelease\trelay\tcurrent\t${current}\nend\n`;
        },
      }),
      release: (product: string) => ({ product, version: '1.1.0', path: '', sha256: '' }),
    } as unknown as Ground;
    const { work } = await survey(ground);
    const rolled = rollAll(
      work,
      ({ hosts }) => {
        const found = hosts.map(({ host, facts }) => ({ host: host.name, ...facts.relay }));
        const steps = stepsTo('1.1.0', found);
        current = '1.1.0';
        return [{ product: 'relay', steps }];
      },
      { prepared: { ground }, again: 'relay cluster upgrade', bring: true },
      { yes: true, json: true, 'force-unlock': false },
      io,
    );
    await expect(rolled).rejects.toThrow('the hosts have changed since they were looked at');
    expect(ran).toEqual(['look at the host', 'take the lock', 'look at the host', 'let the lock go']);
  });
});
