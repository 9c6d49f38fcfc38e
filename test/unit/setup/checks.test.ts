import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/relay/config/types.ts';
import { CheckError, init } from '../../../src/relay/setup/init.ts';
import type { InitOptions } from '../../../src/relay/setup/init.ts';
import { mailServerGreets, portProblem } from '../../../src/relay/setup/ports.ts';
import { startMailbox } from '../../../src/standins/mailbox.ts';
import { startTwilioStandin } from '../../../src/standins/twilio.ts';

let cwd: string;
const open: { close(): unknown }[] = [];
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'relay-checks-'));
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
  await rm(cwd, { recursive: true, force: true });
});

const keep = <T extends { close(): unknown }>(one: T): T => {
  open.push(one);
  return one;
};

async function listening(greeting?: string): Promise<{ host: string; port: number }> {
  const server: Server = createServer((socket) => {
    if (greeting !== undefined) socket.end(greeting);
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  keep(server);
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

const options = (typed: Partial<InitOptions['typed']>, rest: Partial<InitOptions> = {}): InitOptions => ({
  dir: undefined,
  typed: {
    http: '127.0.0.1:0',
    smtp: '127.0.0.1:0',
    domain: 'alerts.example',
    people: ['ana=Ana,ana@example.com,+15550100'],
    ...typed,
  },
  terminal: null,
  skipChecks: false,
  cwd,
  env: {},
  warn: (text) => expect.fail(text),
  around: { root: false, localMail: () => Promise.resolve(false) },
  ...rest,
});

/** A person who answers by rote; a question nobody expected ends the sitting. */
function sitting(answers: [question: string, line: string][]) {
  const heard: string[] = [];
  const left = [...answers];
  const ask = (question: string): Promise<string> => {
    const [expected, line] = left.shift() ?? ['nothing more', ''];
    expect(question).toContain(expected);
    return Promise.resolve(line);
  };
  return { heard, left, terminal: { say: (text: string) => void heard.push(text), ask, askSecret: ask } };
}

/** What the checks found; nothing may have been written. */
async function findings(of: InitOptions): Promise<string> {
  const error = await init(of).then(
    () => expect.fail('was accepted'),
    (reason: unknown) => reason,
  );
  expect(await readdir(cwd)).not.toContain('relay-data');
  if (error instanceof CheckError || error instanceof ConfigError) return error.message;
  throw error;
}

describe('ports', () => {
  test('a free one', async () => {
    expect(await portProblem({ host: '127.0.0.1', port: 0 })).toBeNull();
  });

  test('one that is held, by whom', async () => {
    const held = await listening();
    const problem = await portProblem(held);
    expect(problem?.error).toMatch(
      new RegExp(`^port ${held.port} is held by .+ \\(pid ${process.pid}\\)$`, 'u'),
    );
  });

  test('an address of another machine', async () => {
    expect((await portProblem({ host: '192.0.2.1', port: 0 }))?.error).toBe(
      '192.0.2.1 is no address of this machine',
    );
  });

  test('init names the flag', async () => {
    const held = await listening();
    const mailbox = keep(await startMailbox());
    const told = await findings(options({ mail: mailbox.url, http: `127.0.0.1:${held.port}` }));
    expect(told).toContain(`choose another with --http 127.0.0.1:${held.port + 1}`);
  });
});

describe('the mail server', () => {
  test('one that greets is one; relay itself and others are not', async () => {
    const mailbox = keep(await startMailbox());
    expect(await mailServerGreets({ host: '127.0.0.1', port: mailbox.port })).toBe(true);
    expect(await mailServerGreets(await listening('220 host.example ESMTP relay\r\n'))).toBe(false);
    expect(await mailServerGreets(await listening('SSH-2.0-x\r\n'))).toBe(false);
    expect(await mailServerGreets(await listening(''))).toBe(false);
  });

  test('is asked, and its password tried', async () => {
    const mailbox = keep(await startMailbox({ auth: { user: 'relay', password: 'right' } }));
    const mail = mailbox.url.replace('//', '//relay@');
    const passwordFile = join(cwd, 'password');
    await writeFile(passwordFile, 'wrong\n', { mode: 0o600 });
    const told = await findings(options({ mail, mailPasswordFile: passwordFile }));
    expect(told).toContain('the mail server');
    expect(told).not.toContain('wrong\n');
    await writeFile(passwordFile, 'right\n');
    expect(await init(options({ mail, mailPasswordFile: passwordFile }))).toMatchObject({ changed: true });
    expect(mailbox.mails).toEqual([]);
  });

  test('is told of by the flags: nobody has seen relay.yaml yet', async () => {
    const told = await findings(options({ mail: 'smtp://127.0.0.1:1' }));
    expect(told).toContain('--mail says');
    expect(told).not.toContain('mail.url');
  });

  test('that does not answer is asked for again, alone; every other answer stays', async () => {
    const mailbox = keep(await startMailbox());
    const { left, heard, terminal } = sitting([
      ['Mail server', 'smtp://127.0.0.1:1'],
      ['Pages come from', 'pager@alerts.example'],
      ['Twilio account SID', ''],
      ['Enter asks for that again', ''],
      ['Mail server for sending pages, or none (smtp://127.0.0.1:1) [--mail]', mailbox.url],
      ['Pages come from (pager@alerts.example)', ''],
    ]);
    expect(await init(options({}, { terminal }))).toMatchObject({ changed: true });
    expect(left).toEqual([]);
    expect(heard.join('')).toContain('the mail server 127.0.0.1');
    const text = await readFile(join(cwd, 'relay-data/relay.yaml'), 'utf8');
    expect(text).toContain(mailbox.url);
    expect(text).toContain('pager@alerts.example');
  });

  test('that does not answer yet is written all the same when the person says so', async () => {
    const { terminal } = sitting([
      ['Pages come from', ''],
      ['Twilio account SID', ''],
      ['Enter asks for that again', 'go on'],
    ]);
    const typed = { mail: 'smtp://127.0.0.1:1' };
    expect(await init(options(typed, { terminal }))).toMatchObject({ changed: true });
  });

  test('is not asked about at all where nothing could be written afterwards', async () => {
    await writeFile(join(cwd, 'file'), '');
    const { terminal } = sitting([]);
    const told = await findings(options({}, { terminal, dir: 'file/relay-data' }));
    expect(told).toContain("file/relay-data can't be written");
  });

  test('none at all is an error', async () => {
    expect(await findings(options({}))).toContain('--mail: expected a mail server');
  });
});

describe('Twilio', () => {
  test('its credentials are tried', async () => {
    const twilio = keep(await startTwilioStandin({ authToken: 'right' }));
    const token = join(cwd, 'token');
    const typed = {
      mail: 'none',
      twilioAccountSid: twilio.accountSid,
      twilioFrom: '+15550100',
      twilioTokenFile: token,
      twilioBaseUrl: twilio.baseUrl,
    };
    expect(await findings(options(typed))).toContain(`--twilio-token-file: ${token}: no such file`);
    await writeFile(token, 'wrong\n', { mode: 0o600 });
    expect(await findings(options(typed))).toContain('Twilio refused the account');
    await writeFile(token, 'right\n');
    expect(await init(options(typed))).toMatchObject({ changed: true });
  });
});

describe('without checks', () => {
  test('nothing is asked of the network', async () => {
    const mailbox = keep(await startMailbox());
    const done = await init(options({ mail: mailbox.url }, { skipChecks: true }));
    expect(done.changed).toBe(true);
    expect(mailbox.connects).toBe(0);
  });

  test('but a secret that is not there is told all the same', async () => {
    const file = join(cwd, 'none');
    const told = options({ mail: 'smtp://relay@127.0.0.1:1', mailPasswordFile: file }, { skipChecks: true });
    expect(await findings(told)).toContain(`--mail-password-file: ${file}: no such file`);
  });

  test('secrets typed at the terminal are kept beside the keys, for nobody else to read', async () => {
    const lines = ['', 'n', '', 't0ken', ''];
    const terminal = {
      say: () => {},
      ask: () => Promise.resolve(''),
      askSecret: () => Promise.resolve(lines[3] ?? ''),
    };
    const done = await init(
      options(
        { mail: 'none', twilioAccountSid: 'AC1', twilioFrom: '+15550100' },
        { skipChecks: true, terminal },
      ),
    );
    expect(done.changed).toBe(true);
    expect((await readdir(join(cwd, 'relay-data/keys'))).toSorted()).toEqual([
      'api.token',
      'smtp.crt',
      'smtp.key',
      'token.key',
      'twilio-token',
    ]);
  });
});
