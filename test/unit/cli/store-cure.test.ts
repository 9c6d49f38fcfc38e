import { expect, it } from 'vitest';
import { cureOf } from '../../../src/cli/store-cure.ts';

const nobody = (why: string): string =>
  `no Cassandra node can be reached (192.0.2.1:9042: ${why}): check that they run, the addresses, the firewall and the certificates`;

it.each([
  ['unable to verify the first certificate', /caFile/u],
  [
    "Hostname/IP does not match certificate's altnames: IP: 192.0.2.1 is not in the cert's list: (none)",
    /caFile/u,
  ],
  ['write EPROTO: wrong version number', /One side speaks TLS/u],
])('TLS that fails (%s) is told with what to compare', (why, cure) => {
  expect(cureOf(nobody(why))).toMatch(cure);
});

it('a node that is not there has nothing to do with certificates', () => {
  expect(cureOf(nobody('connect ECONNREFUSED 192.0.2.1:9042'))).toBeUndefined();
});
