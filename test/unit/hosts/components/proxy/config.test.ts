import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { proxy } from '../../../../../src/relay/hosts/components/proxy/component.ts';
import { PROXY_FILES } from '../../../../../src/relay/hosts/components/proxy/layout.ts';
import type { Facts, HostContext, Inventory } from '../../../../../src/relay/hosts/types.ts';
import { missingHaproxy } from '../../../../network/missing.ts';
import { programOf } from '../../../../programs.ts';
import { certificatesFor, contextOf } from '../network-hosts.ts';

const fileOf = (context: HostContext, path: string): string =>
  String(proxy.files(context).find((file) => file.path === path)?.content ?? '');
const configOf = (name: string, changes: Partial<Inventory> = {}, facts: Partial<Facts> = {}): string =>
  fileOf(contextOf(name, changes, facts), '/etc/haproxy/haproxy.cfg');
/** The names and addresses in a backend's server lines. */
const serversOf = (config: string, backend: string): string[] =>
  (config.split(`\nbackend ${backend}\n`)[1]?.split('\n\n')[0] ?? '')
    .split('\n')
    .filter((line) => line.trim().startsWith('server '))
    .map((line) => line.trim().split(' ').slice(1, 3).join(' '));

test('a host asks its own daemon first, then the host beside it by its private address, then the others in order', () => {
  expect(serversOf(configOf('a2'), 'web_ready')).toEqual([
    'a2 127.0.0.1:8080',
    'a1 10.0.0.11:7380',
    'b1 198.51.100.21:7380',
    'b2 198.51.100.22:7380',
    'c1 203.0.113.31:7380',
  ]);
  expect(serversOf(configOf('c1'), 'smtp_out_ready')).toEqual([
    'a1 192.0.2.11:7325',
    'a2 192.0.2.12:7325',
    'b1 198.51.100.21:7325',
    'b2 198.51.100.22:7325',
  ]);
});

// Without HAProxy nobody can judge; say-missing.ts says so at the end of the run.
test.skipIf(missingHaproxy() !== null)('HAProxy takes it for every kind of layout', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'relay-haproxy-'));
  try {
    const names = ['a1', 'a2', 'b1', 'b2', 'c1'];
    const pairs = await certificatesFor(names);
    const hosts = contextOf('a1').inventory.hosts;
    const six = hosts.map((host, index) => ({
      ...host,
      address: `2001:db8::${index + 1}`,
      privateAddress: null,
    }));
    const layouts: [string, Partial<Inventory>, Partial<Facts>][] = [
      ...names.map((name): [string, Partial<Inventory>, Partial<Facts>] => [name, {}, {}]),
      ['a1', { publicUrl: null, relay: {} }, {}],
      ['a1', { hosts: hosts.slice(0, 1) }, { listening: ['tcp [::]:22 sshd'] }],
      ['b2', { hosts: six, publicUrl: 'http://alerts.example.com' }, { memoryMb: 65_536 }],
    ];
    for (const [name, changes, facts] of layouts) {
      const context = contextOf(name, changes, facts);
      const { authority, certificates } = pairs;
      for (const file of proxy.files({
        ...context,
        secrets: { ...context.secrets, authority, certificates },
      })) {
        const text = String(file.content).replaceAll('/etc/haproxy/relay/', `${folder}/`);
        writeFileSync(join(folder, basename(file.path)), text);
      }
      // Throws with what HAProxy dislikes; a warning of today is an error of the next version.
      execFileSync(programOf('haproxy') ?? '', ['-dW', '-c', '-f', join(folder, 'haproxy.cfg')], {
        stdio: 'pipe',
      });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('no log line holds a path, a query or a header, since routing keys and secrets stand in them', () => {
  const formats = configOf('a1').match(/log-format ".*"/g) ?? [];
  expect(formats).toHaveLength(4);
  for (const format of formats)
    expect(format).not.toMatch(/%H[PQUV]|%r(?!c)|%hr|%hs|%\[(?:path|url|query|req)|capture/);
  expect(configOf('a1')).not.toMatch(/option httplog|log .*debug/);
});

test('without users nobody submits; alerts are posted also where no link is told', () => {
  const bare = configOf('a1', { publicUrl: null, relay: {} });
  expect(bare).not.toMatch(/:587\b/);
  expect(bare).toMatch(/bind \*:25$/m);
  expect(bare).toMatch(/bind \*:80$/m);
  expect(bare).toMatch(/bind \*:443 ssl/m);
  expect(configOf('a1')).toMatch(/bind \*:587$/m);
});

test('doors open to IPv6 where the machine has it', () => {
  expect(configOf('a1')).not.toContain('bind :::');
  expect(configOf('a1', {}, { listening: ['tcp [::]:22 sshd'] })).toContain('bind :::25 v6only');
});

test('a given certificate is shown to the world, and the own one to peers; both keys are secrets', () => {
  const certificate = { certFile: '/srv/relay/site.pem', keyFile: '/srv/relay/site.key' };
  const context = contextOf('a1', { certificate });
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  context.givenFiles = {
    '/srv/relay/site.pem': encode('SITE\n'),
    '/srv/relay/site.key': encode('SITE KEY\n'),
  };
  expect(fileOf(context, PROXY_FILES.site)).toBe('SITE\nSITE KEY\n');
  expect(fileOf(context, PROXY_FILES.host)).toBe('CERTIFICATE\nKEY\n');
  expect(
    proxy
      .files(context)
      .filter(({ secret }) => secret)
      .map(({ path, mode }) => [path, mode]),
  ).toEqual([
    [PROXY_FILES.host, 0o600],
    [PROXY_FILES.site, 0o600],
  ]);
  context.givenFiles = {};
  expect(() => proxy.files(context)).toThrow('/srv/relay/site.pem');
});

test('a change of its configuration or certificates is a reload, during which no connection is cut', () => {
  const [unit] = proxy.units(contextOf('a1'));
  expect(unit).toMatchObject({ name: 'haproxy.service', state: 'started' });
  expect(unit?.reloadsOn).toEqual(['/etc/haproxy/haproxy.cfg', ...Object.values(PROXY_FILES)]);
});
