import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/relay/config/load.ts';
import { secretsOf } from '../../../src/relay/config/secrets.ts';
import { ConfigError, type Config } from '../../../src/relay/config/types.ts';

const FILE = '/srv/relay/relay.yaml';
const read = (mail: string): Config =>
  readConfig(FILE, Buffer.from(`store: sqlite:r.db\nmail:\n${mail}`), {});

function problems(mail: string): string {
  try {
    read(mail);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n');
    throw error;
  }
  throw new Error('was accepted');
}

const A = '  url: smtp://a@mail.example.com\n  from: a@example.com\n';
const FIRST = '    - { url: "smtp://a@mail.example.com", from: a@example.com, passwordFile: secrets/a }\n';
const SECOND = '    - { url: "smtps://b@mail.example.net", from: b@example.net, passwordFile: secrets/b }\n';
const b = { url: 'smtps://b@mail.example.net', from: 'b@example.net', passwordFile: '/srv/relay/secrets/b' };

describe('mail servers for pages', () => {
  test('one alone has nobody behind it', () => {
    expect(read(A).mail).toMatchObject({ url: 'smtp://a@mail.example.com', behind: [] });
  });

  test('a list says all of them, in order', () => {
    expect(read(`  servers:\n${FIRST}${SECOND}`).mail).toMatchObject({
      url: 'smtp://a@mail.example.com',
      from: 'a@example.com',
      passwordFile: '/srv/relay/secrets/a',
      behind: [b],
    });
  });

  test('beside mail.url the list says those behind it', () => {
    expect(read(`${A}  servers:\n${SECOND}`).mail).toMatchObject({ from: 'a@example.com', behind: [b] });
  });

  test('a server that says no sender has that of the first', () => {
    const third = '    - { url: "smtp://mail.example.org" }\n';
    expect(read(`  servers:\n${FIRST}${third}`).mail?.behind).toEqual([
      { url: 'smtp://mail.example.org', from: 'a@example.com', passwordFile: null },
    ]);
  });

  test('each has its password, from its file or its variable', async () => {
    const config = read(`${A}  servers:\n    - { url: "smtp://b@mail.example.net" }\n`);
    const secrets = secretsOf(config, { RELAY_MAIL_PASSWORD: 'one', RELAY_MAIL_PASSWORD_2: 'two' }, () => {});
    expect([await secrets.mailPassword(), await secrets.mailPasswordOf(2)]).toEqual(['one', 'two']);
  });

  test.each([
    ['nothing in it', '  servers: []\n', /:2: mail\.url: expected a mail server .*got nothing/],
    [
      'no sender at all',
      '  servers:\n    - { url: "smtp://mail.example.com" }\n',
      /mail\.from: expected a mail address/,
    ],
    [
      'a wrong URL in the first',
      `  servers:\n    - { url: "http://mail.example.com", from: a@example.com }\n`,
      /^\S+:4: mail\.servers\.0\.url: expected a mail server [^\n]*$/,
    ],
    [
      'a password in the second',
      `  servers:\n${FIRST}    - { url: "smtp://b:hush@mail.example.net" }\n`,
      /:5: mail\.servers\.1\.url: expected no password in it: .*mail\.servers\.1\.passwordFile/,
    ],
    [
      'a key that isn’t one',
      `  servers:\n    - { host: mail.example.com }\n`,
      /servers\.0\.host: expected one of url, from/,
    ],
  ])('%s is refused where it stands', (_what, text, expected) => {
    expect(problems(text)).toMatch(expected);
    expect(problems(text)).not.toContain('hush');
  });
});
