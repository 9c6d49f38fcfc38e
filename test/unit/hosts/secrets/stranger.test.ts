import { expect, test } from 'vitest';
import { makeAuthority } from '../../../../src/relay/hosts/secrets/certificates.ts';
import { strangerFindings } from '../../../../src/relay/hosts/secrets/stranger.ts';
import type { FoundFile } from '../../../../src/relay/hosts/types.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const [ours, coming, other] = await Promise.all(['a', 'b', 'c'].map((name) => makeAuthority(name, NOW)));

/** A host whose ca.pem holds that text; null: it has none. */
function told(text: string | null) {
  const found: FoundFile | null =
    text === null ? null : { sha256: '', mode: 0o644, owner: 'root', group: 'root', text };
  return strangerFindings(
    { authority: { cert: `${ours?.cert}${coming?.cert}` } },
    new Map([['a1', { files: { '/etc/relay/tls/ca.pem': found } }]]),
  );
}

test.each([
  ['a bare host', null],
  ['a host of ours', ours?.cert ?? ''],
  ['a host that the authority to come has reached already', coming?.cert ?? ''],
  ['a host that still trusts a former one beside ours', `${other?.cert}${ours?.cert}`],
  ['a host whose file has other line ends', (ours?.cert ?? '').replaceAll('\n', '\r\n')],
])('%s is no stranger', (_what, text) => {
  expect(told(text)).toEqual([]);
});

test('a host that another folder of secrets has set up is left alone', () => {
  expect(told(other?.cert ?? '')).toMatchObject([
    { host: 'a1', level: 'refuse', what: expect.stringContaining('another authority') },
  ]);
});
