import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readGivenFiles } from '../../../../../src/relay/hosts/inventory/given-files.ts';
import { readInventory } from '../../../../../src/relay/hosts/inventory/read.ts';
import { clusterToldText, initCluster } from '../../../../../src/relay/hosts/inventory/wizard/init.ts';
import type { ClusterTyped } from '../../../../../src/relay/hosts/inventory/wizard/typed.ts';
import { checkText } from '../../../../../src/relay/roster-file/offline.ts';
import type { Terminal } from '../../../../../src/relay/setup/questions.ts';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'relay-wizard-'));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const TYPED: ClusterTyped = {
  domain: 'alerts.example.com',
  mail: 'smtp://mail.example.com:25',
  people: ['ana=Ana,ana@example.com,+15550100', 'ben=Ben Ito,ben@example.com'],
  hosts: [
    'a1=hetzner,192.0.2.1,10.0.0.1',
    'a2=hetzner,192.0.2.2,10.0.0.2',
    'b1=ovh,198.51.100.1',
    'b2=ovh,198.51.100.2',
    'c1=netcup,203.0.113.1',
  ],
  admins: [],
};
const EMPTY: ClusterTyped = { people: [], hosts: [], admins: [] };

const init = (
  change: Partial<ClusterTyped> = {},
  env: NodeJS.ProcessEnv = {},
  terminal: Terminal | null = null,
) =>
  initCluster({
    dir: undefined,
    typed: { ...TYPED, ...change },
    terminal,
    cwd,
    env,
    warn: (text) => expect.fail(text),
  });
const file = (name: string): string => join(cwd, 'relay-cluster', name);

async function keyOf(): Promise<string> {
  const key = join(cwd, 'id_relay');
  await writeFile(key, 'a key', { mode: 0o600 });
  return key;
}

/** Answers each question by the first line that its text holds; what is asked and said is kept. */
function sitting(answers: [string, ...string[]][]): Terminal & { heard: string[]; left: () => string[] } {
  const heard: string[] = [];
  const queue = new Map(answers.map(([question, ...lines]) => [question, lines]));
  const answer = (question: string): Promise<string> => {
    heard.push(question);
    const found = [...queue].find(([part, lines]) => question.includes(part) && lines.length > 0);
    const line = found?.[1].shift();
    if (line === undefined) return Promise.reject(new Error(`nobody answers: ${question}`));
    return Promise.resolve(line);
  };
  return {
    heard,
    left: () => [...queue].flatMap(([part, lines]) => lines.map((line) => `${part}: ${line}`)),
    say: (text) => void heard.push(text),
    ask: answer,
    askSecret: answer,
  };
}

describe('relay init --cluster', () => {
  test('writes an inventory that is taken, with secrets and the first people beside it', async () => {
    const done = await init({ sshUser: 'ops', sshKey: await keyOf(), admins: ['192.0.2.128/25'] });
    expect(done).toMatchObject({ changed: true, inventory: file('cluster.yaml'), findings: [] });
    const inventory = await readInventory(file('cluster.yaml'));
    expect(inventory).toMatchObject({
      domain: 'alerts.example.com',
      admins: ['192.0.2.128/25'],
      relay: { mail: { url: 'smtp://mail.example.com:25', from: 'relay@alerts.example.com' } },
      rosterFile: file('roster.yaml'),
    });
    expect(
      inventory.hosts.map(({ name, datacenter, privateAddress }) => [name, datacenter, privateAddress]),
    ).toEqual([
      ['a1', 'dc-hetzner', '10.0.0.1'],
      ['a2', 'dc-hetzner', '10.0.0.2'],
      ['b1', 'dc-ovh', null],
      ['b2', 'dc-ovh', null],
      ['c1', 'dc-netcup', null],
    ]);
    expect(inventory.hosts[4]?.ssh).toMatchObject({ host: '203.0.113.1', user: 'ops' });
    expect(await readdir(file('cluster-secrets'))).toEqual(
      expect.arrayContaining(['authority.pem', 'host-a1.pem', 'host-c1.pem', 'token.key']),
    );
    const roster = await readFile(file('roster.yaml'), 'utf8');
    expect(checkText(roster, 0).problems).toEqual([]);
    expect(roster).toContain('ana: {name: Ana, phone: "+15550100", email: ana@example.com}');
    expect(done.emailWithKey).toMatch(/^default-[\da-f]{32}@alerts\.example\.com$/u);
    expect(roster).not.toContain(done.emailWithKey?.slice(8, 40));
    const text = clusterToldText(done, cwd);
    expect(text).toContain(done.emailWithKey);
    expect(text).toMatch(/relay cluster plan\n$/u);
  });

  test('changes nothing when it is run again', async () => {
    await init();
    const before = await contents();
    const again = await init({ domain: 'other.example.com' });
    expect(again).toMatchObject({ changed: false, emailWithKey: null });
    expect(clusterToldText(again, cwd)).toMatch(/^Nothing changed: /u);
    expect(await contents()).toEqual(before);
  });

  test('keeps what is secret in files of its own, and out of cluster.yaml', async () => {
    const twilio = { twilioAccountSid: 'AC00000000000000000000000000000000', twilioFrom: '+15550100' };
    await init(twilio, { RELAY_TWILIO_AUTH_TOKEN: 'swordfish', RELAY_MAIL_PASSWORD: 'halibut' });
    const text = await readFile(file('cluster.yaml'), 'utf8');
    expect(text).not.toMatch(/swordfish|halibut/u);
    const inventory = await readInventory(file('cluster.yaml'));
    const given = await readGivenFiles(inventory, 0, (warning) => expect.fail(warning));
    const of = (path: string): string =>
      Buffer.from(given[inventory.relayFiles[path] ?? ''] ?? '').toString();
    expect(of('/etc/relay/secrets/twilio-auth-token')).toBe('swordfish\n');
    expect(of('/etc/relay/secrets/mail-password')).toBe('halibut\n');
    expect((await stat(file('secrets/twilio-token'))).mode & 0o777).toBe(0o600);
  });

  test('names a file that is elsewhere as it is', async () => {
    const password = join(cwd, 'password');
    await writeFile(password, 'swordfish\n');
    await chmod(password, 0o600);
    await init({ mailPasswordFile: password });
    const { relayFiles } = await readInventory(file('cluster.yaml'));
    expect(relayFiles).toEqual({ '/etc/relay/secrets/mail-password': password });
  });

  test.each<[string, Partial<ClusterTyped>, string[]]>([
    [
      'nobody and nothing',
      EMPTY,
      [
        '--host: expected five hosts',
        '--domain: expected',
        '--person: expected somebody',
        '--mail: expected',
      ],
    ],
    ['half a host', { hosts: ['a1=hetzner'] }, ['--host "a1=hetzner": expected NAME=PROVIDER,ADDRESS']],
    [
      'four hosts',
      { hosts: TYPED.hosts.slice(0, 4) },
      ['--host: expected five hosts at three providers', 'got 2 at hetzner, 2 at ovh'],
    ],
    [
      'an address that is none',
      { hosts: TYPED.hosts.with(0, 'a1=hetzner,nowhere') },
      ['--host: expected the IPv4 or IPv6 address', 'got "nowhere"'],
    ],
    ['a machine as its domain', { domain: 'localhost' }, ['--domain: expected a domain']],
    ['a user that ssh would read as a flag', { sshUser: '-oX' }, ['--ssh-user: expected a user']],
    ['a key that is not there', { sshKey: '/nonexistent/id' }, ['--ssh-key: /nonexistent/id: no such file']],
    ['a folder as ssh_config', { sshConfig: '/' }, ['--ssh-config: /: expected a file, got a folder']],
    ['a network that is none', { admins: ['office'] }, ['--admin: expected a network']],
    [
      'a password file that is not there',
      { mailPasswordFile: '/nonexistent/x' },
      ['--mail-password-file: /nonexistent/x: no such file'],
    ],
  ])('refuses %s by the name of the flag, and writes nothing', async (_what, change, expected) => {
    const typed = change === EMPTY ? { ...EMPTY, domain: undefined, mail: undefined } : change;
    const error: unknown = await init(typed).catch((thrown: unknown) => thrown);
    for (const text of expected) expect(String(error)).toContain(text);
    await expect(readdir(cwd)).resolves.toEqual([]);
  });

  test('asks for five hosts at three providers, says why, and asks again where an answer is wrong', async () => {
    const terminal = sitting([
      ['The first provider', 'Hetzner!', 'hetzner'],
      ['Public address of a1', 'a1.example.com', '192.0.2.1'],
      ['Public address of a2', '192.0.2.1', '192.0.2.2'],
      ['private network of hetzner', '10.0.0.1', '10.0.0.2'],
      ['The second provider', 'hetzner', 'ovh'],
      ['Public address of b1', '198.51.100.1'],
      ['Public address of b2', '198.51.100.2'],
      ['private network of ovh', ''],
      ['The third provider', 'netcup'],
      ['Public address of c1', '203.0.113.1'],
      ['User for ssh', 'root'],
      ['Key for ssh', 'nope', 'id_relay'],
      ['Domain that alerts', 'localhost', 'alerts.example.com'],
      ['URL that others', 'https://alerts.example.com'],
      ['Mail server for sending', 'smtp://relay@mail.example.com:587'],
      ['Pages come from', ''],
      ['Password for it', 'swordfish'],
      ['Twilio account SID', ''],
      ['Short name', 'ana', ''],
      ['Full name', 'Ana'],
      ['Mail address', 'ana@example.com'],
      ['Phone', ''],
    ]);
    const key = await keyOf();
    const done = await init({ ...EMPTY, domain: undefined, mail: undefined }, {}, terminal);
    expect(terminal.left()).toEqual([]);
    const said = terminal.heard.join('\n');
    expect(said).toContain('Of five at three providers (2 + 2 + 1) any provider can be lost');
    expect(said).toContain('expected another provider than hetzner');
    expect(said).toContain('The second provider, of two hosts, such as ovh');
    expect(said.indexOf('Each question has a flag')).toBeLessThan(said.indexOf('The first provider'));
    expect(said).toContain('expected another address');
    expect(done.hosts).toHaveLength(5);
    const inventory = await readInventory(done.inventory);
    expect(said).toContain(`${join(cwd, 'nope')}: no such file`);
    expect(inventory.hosts[0]?.ssh.identityFile).toBe(key);
    expect(inventory.publicUrl).toBe('https://alerts.example.com');
    expect(inventory.hosts.map(({ privateAddress }) => privateAddress)).toEqual([
      '10.0.0.1',
      '10.0.0.2',
      null,
      null,
      null,
    ]);
    expect(await readFile(file('secrets/mail-password'), 'utf8')).toBe('swordfish\n');
  });

  test('asks for Twilio until it has one when there is no mail server', async () => {
    const terminal = sitting([
      ['Mail server for sending', 'none'],
      ['Twilio account SID', '', 'nonsense', 'AC00000000000000000000000000000000'],
      ['Its auth token', 'swordfish'],
      ['Number that pages', '+15550100'],
      ['Key for ssh', ''],
      ['URL that others', ''],
    ]);
    // Ben has no phone, and there is no other way to page him.
    await expect(init({ mail: undefined, sshUser: 'root' }, {}, terminal)).rejects.toThrow(
      '--person ben: expected a phone number',
    );
    expect(terminal.left()).toEqual([]);
    const said = terminal.heard.join('\n');
    expect(said).toContain('without mail and without SMS nobody can be paged');
    expect(said).toContain('--twilio-account-sid: expected an account SID');
  });
});

async function contents(): Promise<Record<string, string>> {
  const entries = await readdir(cwd, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    await Promise.all(files.map(async (path) => [path, (await readFile(path)).toString('base64')] as const)),
  );
}
