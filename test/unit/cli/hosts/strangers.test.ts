import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { lookedFor } from '../../../../src/cli/hosts/at-it.ts';
import type { Io } from '../../../../src/cli/quick-command.ts';
import type { Prepared } from '../../../../src/relay/hosts/apply/prepare.ts';
import { PLACES } from '../../../../src/relay/hosts/places.ts';
import { makeAuthority } from '../../../../src/relay/hosts/secrets/certificates.ts';
import type { HostSpec, Inventory } from '../../../../src/relay/hosts/types.ts';
import { hostOf } from '../../hosts/components/five-hosts.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const [ours, other] = await Promise.all(['a', 'b'].map((name) => makeAuthority(name, NOW)));
const HOST = hostOf('a1', 'hetzner', '192.0.2.1');

/** One host whose ca.pem holds that text, as the script that asks it would say. */
function prepared(ca: string): Prepared {
  const answer = [
    'os\tdebian\t12',
    `file\t${PLACES.relay.caFile}\t0\t644 root root\t${Buffer.from(ca).toString('base64')}`,
    'end',
    '',
  ].join('\n');
  const release = { version: '1.0.0', path: '', sha256: '' };
  return {
    ground: {
      inventory: { hosts: [HOST] } as unknown as Inventory,
      secrets: { authority: ours },
      givenFiles: {},
      components: [],
      firewallDiff: () => null,
      remote: (host: HostSpec) => ({ host, run: async () => answer }),
      release: (product: string) => ({ ...release, product }),
    },
  } as unknown as Prepared;
}

const io = { err: () => undefined } as Partial<Io> as Io;

describe('whoever changes hosts with other secrets than theirs', () => {
  test('is told so, and nothing is done', async () => {
    await expect(lookedFor(prepared(other?.cert ?? ''), io, true)).rejects.toThrow(
      'a1: it was set up with another authority',
    );
  });

  test('is let on where the secrets are those of the host, or nobody needs them', async () => {
    await expect(lookedFor(prepared(ours?.cert ?? ''), io, true)).resolves.toMatchObject({
      hosts: [{ host: { name: 'a1' } }],
    });
    await expect(
      lookedFor(prepared(other?.cert ?? ''), io, false, { strangers: true }),
    ).resolves.toBeDefined();
  });
});
