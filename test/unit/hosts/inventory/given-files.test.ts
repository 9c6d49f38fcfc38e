import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readGivenFiles } from '../../../../src/relay/hosts/inventory/given-files.ts';
import { makeAuthority, signHost } from '../../../../src/relay/hosts/secrets/certificates.ts';
import type { Inventory } from '../../../../src/relay/hosts/types.ts';
import { read } from './inventory-text.ts';

const NOW = Date.parse('2030-01-01T00:00:00Z');

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'relay-given-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** One that names a token, a certificate and a roster in the folder. */
function inventory(): Inventory {
  const at = (name: string): string => join(dir, name);
  return read(
    `publicUrl: https://alerts.example.com
certificate: { cert: ${at('cert.pem')}, key: ${at('key.pem')} }
roster: ${at('roster.yaml')}
relay: { twilio: { accountSid: AC00, authTokenFile: ${at('token')}, from: "+15550100" } }
`,
  );
}

async function give(names: string[], dnsNames = ['alerts.example.com']): Promise<void> {
  const made = await signHost(await makeAuthority('test', NOW), { name: 'x', dnsNames, addresses: [] }, NOW);
  const texts: Record<string, string> = {
    'cert.pem': made.cert,
    'key.pem': made.key,
    token: 'swordfish\n',
    'roster.yaml': 'people: {}\n',
  };
  for (const name of names) await writeFile(join(dir, name), texts[name] ?? '', { mode: 0o600 });
}

const ALL = ['cert.pem', 'key.pem', 'token', 'roster.yaml'];

async function told(nowMs = NOW): Promise<{ names: string[]; warnings: string[] }> {
  const warnings: string[] = [];
  const files = await readGivenFiles(inventory(), nowMs, (text) => void warnings.push(text));
  return { names: Object.keys(files).map((path) => path.replace(`${dir}/`, '')), warnings };
}

test('every file that cluster.yaml names is read', async () => {
  await give(ALL);
  expect(await told()).toEqual({ names: ['token', 'cert.pem', 'key.pem', 'roster.yaml'], warnings: [] });
});

test('all that are missing are told at once', async () => {
  await give(['cert.pem', 'key.pem']);
  await expect(told()).rejects.toThrow(
    /cluster\.yaml:11: relay\.twilio\.authTokenFile: \S*token: no such file\n.*cluster\.yaml:10: roster: \S*roster\.yaml: no such file/u,
  );
});

test('a roster that is none is told with its line, before any host is asked', async () => {
  await give(ALL);
  await writeFile(join(dir, 'roster.yaml'), 'people:\n  ana: {phone: nowhere}\n');
  await expect(told()).rejects.toThrow(/roster\.yaml:2: people\.ana\.phone: "nowhere" is no phone/u);
  await writeFile(join(dir, 'roster.yaml'), '{');
  await expect(told()).rejects.toThrow(/roster\.yaml:\d+: expected valid YAML/u);
});

test('the files that ssh is given are looked at as well; of a key the public half will do', async () => {
  const at = (name: string): string => join(dir, name);
  const found = (): Promise<unknown> =>
    readGivenFiles(read(`ssh: { key: ${at('id')}, config: ${at('ssh_config')} }\n`), NOW, () => {});
  await expect(found()).rejects.toThrow(
    /cluster\.yaml:8: ssh\.key: \S*id: no such file\n.*cluster\.yaml:8: ssh\.config: \S*ssh_config: no such file/u,
  );
  await writeFile(at('id.pub'), 'ssh-ed25519 AAAA');
  await writeFile(at('ssh_config'), 'Host a1\n');
  await expect(found()).resolves.toEqual({});
});

test('an empty one is no secret', async () => {
  await give(ALL);
  await writeFile(join(dir, 'token'), '');
  await expect(told()).rejects.toThrow('token: expected something in it, got an empty file');
});

test('a secret that others here can read is warned about', async () => {
  await give(ALL);
  await chmod(join(dir, 'token'), 0o644);
  expect((await told()).warnings).toEqual([expect.stringMatching(/token can be read.*chmod 600/u)]);
});

test.each([
  [
    'the key of another certificate',
    async () => give(['key.pem']),
    /certificate.key: .*expected the key of .*cert.pem, got another/u,
  ],
  [
    'a certificate of another name',
    async () => give(ALL, ['other.example.com']),
    /certificate.cert: .*expected one for alerts.example.com, .*got one for DNS:x, DNS:other.example.com/u,
  ],
  [
    'no certificate',
    async () => writeFile(join(dir, 'cert.pem'), 'x'),
    /certificate.cert: .*expected a certificate as PEM/u,
  ],
  [
    'no key',
    async () => writeFile(join(dir, 'key.pem'), 'x'),
    /certificate.key: .*expected a private key as PEM/u,
  ],
])('%s is refused', async (_what, spoil, expected) => {
  await give(ALL);
  await spoil();
  await expect(told()).rejects.toThrow(expected);
});

test('a certificate that has ended is refused', async () => {
  await give(ALL);
  await expect(told(NOW + 900 * 86_400_000)).rejects.toThrow(/certificate.cert: .*ended on/u);
});
