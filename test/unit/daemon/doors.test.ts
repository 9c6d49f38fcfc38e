import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import type { Config } from '../../../src/relay/config/types.ts';
import { Doors } from '../../../src/relay/daemon/doors.ts';
import { systemClock } from '../../../src/relay/daemon/system.ts';
import { hashPassword } from '../../../src/relay/events/smtp/users.ts';
import { CallsMade } from '../../../src/relay/messaging/twilio/calls-made.ts';
import { emptyRoster } from '../../../src/relay/oncall/edits.ts';
import { SmtpClient } from '../events/smtp-client.ts';
import { MemoryStore } from '../../sim/memory-store.ts';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

const nothing = (): void => {};
const noSecret = async (): Promise<null> => null;

async function openDoors(change: (config: Config) => Partial<Config> = () => ({})) {
  const dir = await mkdtemp(join(tmpdir(), 'relay-doors-'));
  ends.push(() => rm(dir, { recursive: true, force: true }));
  const users = join(dir, 'users');
  await writeFile(users, `nagios:${await hashPassword('secret')}\n`);
  const port0 = { host: '127.0.0.1', port: 0 };
  const plain: Config = {
    path: join(dir, 'relay.yaml'),
    store: { kind: 'sqlite', path: join(dir, 'relay.db') },
    http: { listen: port0, publicUrl: null, tls: null },
    smtp: {
      listen: port0,
      domain: 'alerts.example',
      allowFrom: ['127.0.0.0/8'],
      tls: null,
      usersFile: users,
    },
    mail: {
      url: 'smtp://127.0.0.1:25',
      from: 'relay@alerts.example',
      passwordFile: null,
      replyTo: null,
      replyWorks: false,
    },
    twilio: null,
    paging: { atOnce: 4, everyMs: 60_000 },
    catchAll: [],
    api: { socket: join(dir, 'relay.sock'), listen: null, tokenFile: null },
    cluster: null,
    spool: join(dir, 'spool'),
    watch: null,
    keyDir: dir,
    host: 'relay-1',
  };
  const config: Config = { ...plain, ...change(plain) };
  const problems: string[] = [];
  const doors = new Doors({
    accept: async () => [],
    roster: emptyRoster,
    unheard: nothing,
    rosterIsSure: () => true,
    core: () => {
      throw new Error('nobody opens a link here');
    },
    tokenKey: new Uint8Array(32),
    clock: systemClock,
    log: { info: nothing, warn: nothing, error: nothing },
    problems: { raise: (id) => problems.push(id), clear: nothing },
    health: { live: () => [], ready: () => [], metrics: () => '' },
    secrets: () => ({
      mailPassword: noSecret,
      mailPasswordOf: noSecret,
      provider: noSecret,
      imapPasswords: async () => [],
      twilioAuthToken: noSecret,
      twilioSecondaryToken: noSecret,
      apiToken: noSecret,
      cassandraPassword: noSecret,
    }),
    draining: () => false,
    pageOpen: () => false,
    store: new MemoryStore({ nowMs: Date.now }),
    whenDone: () => Promise.resolve(false),
    made: () => new CallsMade(),
    membership: { self: 'relay-1', owner: () => 'relay-1' },
    onAnswers: nothing,
    nowMs: () => Date.now(),
  });
  await doors.open(config);
  ends.push(() => doors.close());
  return { doors, config, users, problems };
}

async function readyz(doors: Doors): Promise<number> {
  const { http } = doors.listening;
  return (await fetch(`http://${http?.host}:${http?.port}/readyz`)).status;
}

async function rcpt(doors: Doors, address: string): Promise<string> {
  const { smtp } = doors.listening;
  if (smtp === null) throw new Error('no mail door');
  const client = await SmtpClient.hello(smtp);
  await client.say('MAIL FROM:<ana@example.com>');
  const { code, text } = await client.say(`RCPT TO:<${address}>`);
  await client.say('QUIT');
  return `${code} ${text}`;
}

describe('the second door for mail', () => {
  it('is opened beside the first, asks everybody to log in, and goes with a reload', async () => {
    const { doors, config, users } = await openDoors();
    expect(doors.addresses.submission).toBeUndefined();
    const made = await generate([{ name: 'commonName', value: 'alerts.example' }], { keySize: 2048 });
    const files = { certFile: join(config.keyDir, 'smtp.pem'), keyFile: join(config.keyDir, 'smtp.key') };
    await writeFile(files.certFile, made.cert);
    await writeFile(files.keyFile, made.private);
    const { smtp } = config;
    if (smtp === null) throw new Error('no mail door');
    const submission = { host: '127.0.0.1', port: 0 };
    const both: Config = { ...config, smtp: { ...smtp, usersFile: users, tls: files, submission } };
    await doors.change(config, both);
    const at = doors.listening.submission;
    if (at === null) throw new Error('no second mail door');
    expect(doors.addresses.submission).toBe(`127.0.0.1:${at.port}`);
    const client = await SmtpClient.hello(at);
    expect(await client.say('MAIL FROM:<ana@example.com>')).toMatchObject({ code: 530 });
    client.quit();
    await doors.change(both, config);
    expect(doors.listening.submission).toBeNull();
  });
});

describe('a reload of the doors', () => {
  it('takes mail replies from then on when mail.replyWorks is switched on, and no more when it is switched off', async () => {
    const { doors, config } = await openDoors();
    const address = 'ack+ana.1.aaaaaaaaaaaaaaaa@alerts.example';
    expect(await rcpt(doors, address)).toMatch(/^550 .*replies by mail are not set up here/);
    const mail = config.mail === null ? null : { ...config.mail, replyWorks: true };
    await doors.change(config, { ...config, mail });
    expect(await rcpt(doors, address)).toMatch(/^250/);
    await doors.change({ ...config, mail }, config);
    expect(await rcpt(doors, address)).toMatch(/^550/);
  });

  it('with a users file that has gone bad changes nothing: the doors stay open', async () => {
    const { doors, config, users } = await openDoors();
    await writeFile(users, 'nagios:not a hash\n');
    const smtp = config.smtp === null ? null : { ...config.smtp, allowFrom: ['192.0.2.0/24'] };
    const before = doors.listening;
    await expect(doors.change(config, { ...config, smtp })).rejects.toThrow(/line 1 of the users file/);
    expect(doors.listening).toEqual(before);
    expect(await readyz(doors)).toBe(200);
    expect(await rcpt(doors, 'db@alerts.example')).toMatch(/^250/);
  });

  it('takes a changed users file into use with the doors left open', async () => {
    const { doors, config, users } = await openDoors();
    const { smtp } = doors.listening;
    if (smtp === null) throw new Error('no mail door');
    const client = await SmtpClient.hello(smtp);
    const login = `AUTH PLAIN ${Buffer.from('\0icinga\0new').toString('base64')}`;
    expect((await client.say(login)).code).toBe(535);
    await writeFile(users, `icinga:${await hashPassword('new')}\n`);
    await doors.change(config, config);
    expect((await client.say(login)).code).toBe(235);
    expect(doors.listening.smtp).toEqual(smtp);
    await client.say('QUIT');
  });
});
