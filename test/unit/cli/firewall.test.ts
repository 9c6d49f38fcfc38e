import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { showFirewall } from '../../../src/cli/hosts/firewall.ts';
import type { Io } from '../../../src/cli/quick-command.ts';

const INVENTORY = `
name: relay
domain: alerts.example.com
publicUrl: https://alerts.example.com
admins: [198.51.100.0/24]
hosts:
  - { name: a1, provider: a, address: 192.0.2.11 }
  - { name: a2, provider: a, address: 192.0.2.12 }
  - { name: b1, provider: b, address: 192.0.2.21 }
  - { name: b2, provider: b, address: 192.0.2.22 }
  - { name: c1, provider: c, address: 192.0.2.31 }
`;

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'relay-firewall-'));
  writeFileSync(join(cwd, 'cluster.yaml'), INVENTORY);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const shown = async (flags: { host?: string[]; json?: boolean }): Promise<string> => {
  let text = '';
  const io: Io = { out: (more) => void (text += more), err: () => {}, tty: false, columns: 80, env: {}, cwd };
  expect(await showFirewall({ file: undefined, host: undefined, json: false, ...flags }, io)).toBe(0);
  return text;
};

test('relay firewall show --host a1 prints the rules of that host as nft reads them', async () => {
  const rules = await shown({ host: ['a1'] });
  expect(rules).toMatch(/^# Made by relay from cluster\.yaml for a1/);
  expect(rules).toContain('ip saddr 198.51.100.0/24 tcp dport 22 accept comment "admins"');
  expect(rules.match(/^delete table inet relay$/gm)).toHaveLength(1);
});

test('relay firewall show --json has those of all hosts', async () => {
  const all = JSON.parse(await shown({ json: true })) as { host: string; rules: string }[];
  expect(all.map(({ host }) => host)).toEqual(['a1', 'a2', 'b1', 'b2', 'c1']);
  expect(all[4]?.rules).toContain('comment "a1, provider a"');
});

test('a host that is not in cluster.yaml is named, with those that are', async () => {
  await expect(shown({ host: ['d9'] })).rejects.toMatchObject({
    message: expect.stringContaining('has no host d9') as string,
    cure: 'It has a1, a2, b1, b2, c1.',
  });
});
