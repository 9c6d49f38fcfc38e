import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../../src/relay/config/load.ts';
import { ConfigError, type Config } from '../../../src/relay/config/types.ts';

const FILE = '/srv/relay/relay.yaml';
const read = (providers: string, env: NodeJS.ProcessEnv = {}): Config =>
  readConfig(FILE, Buffer.from(`store: sqlite:r.db\nproviders:\n${providers}`), env);

function problems(providers: string, env: NodeJS.ProcessEnv = {}): string {
  try {
    read(providers, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n');
    throw error;
  }
  throw new Error('was accepted');
}

/** A provider that is right, but for what is said. */
const gateway = (change: Record<string, string> = {}): string => {
  const keys: Record<string, string> = {
    url: 'https://sms.example.net/v1/messages',
    headers: '{ Authorization: "Bearer {secret}" }',
    secretFile: 'secrets/smsgateway',
    json: '{ to: "{to}", text: "{text}" }',
    ...change,
  };
  const lines = Object.entries(keys).map(([key, value]) => `      ${key}: ${value}\n`);
  return `  - name: smsgateway\n    channel: sms\n    http:\n${lines.join('')}`;
};
const SIREN = '  - { name: siren, channel: push, exec: { command: [/usr/local/bin/siren, "{to}"] } }\n';

describe('a provider in the configuration', () => {
  test('over HTTP, with what is usual where nothing is said', () => {
    expect(read(gateway()).providers).toEqual([
      {
        name: 'smsgateway',
        channel: 'sms',
        by: {
          kind: 'http',
          secretFile: '/srv/relay/secrets/smsgateway',
          template: {
            url: 'https://sms.example.net/v1/messages',
            method: 'POST',
            headers: { Authorization: 'Bearer {secret}' },
            body: { kind: 'json', json: { to: '{to}', text: '{text}' } },
            idempotencyHeader: null,
            accepted: { status: [200, 201, 202, 204], id: null },
            refused: { status: [400, 404, 410, 413, 422] },
            settle: null,
            check: null,
          },
        },
        limit: null,
      },
    ]);
  });

  test('with all that can be said of it', () => {
    const text = `${gateway({
      method: 'PUT',
      idempotencyHeader: 'Idempotency-Key',
      accepted: '{ status: [200], id: /messages/0/id }',
      refused: '{ status: [400, 503] }',
      settle:
        '{ url: "https://sms.example.net/v1/messages?ref={id}", found: { id: /messages/0/id }, afterSeconds: 5 }',
      check: 'https://sms.example.net/v1/account',
    })}    limit: { messages: 60, seconds: 60 }\n`;
    expect(read(text).providers?.[0]).toMatchObject({
      limit: { messages: 60, seconds: 60 },
      by: {
        template: {
          method: 'PUT',
          idempotencyHeader: 'Idempotency-Key',
          accepted: { status: [200], id: '/messages/0/id' },
          refused: { status: [400, 503] },
          settle: {
            found: { status: [200], id: '/messages/0/id' },
            absent: { status: [404] },
            afterSeconds: 5,
          },
          check: 'https://sms.example.net/v1/account',
        },
      },
    });
  });

  test('as a command of this machine', () => {
    expect(read(SIREN).providers).toEqual([
      {
        name: 'siren',
        channel: 'push',
        by: { kind: 'exec', command: ['/usr/local/bin/siren', '{to}'], timeoutSeconds: 8 },
        limit: null,
      },
    ]);
  });

  test('with its secret in the environment alone', () => {
    const text = gateway().replace('      secretFile: secrets/smsgateway\n', '');
    expect(problems(text)).toMatch(
      /secretFile: expected the path .* or RELAY_SECRET_SMSGATEWAY set, got neither$/,
    );
    expect(read(text, { RELAY_SECRET_SMSGATEWAY: 'x' }).providers).toHaveLength(1);
  });

  test.each(['http://127.0.0.1:8080/send', 'http://192.168.1.5/send', 'http://[fd00::1]/send'])(
    'may show its secret nearby: %s',
    (url) => {
      expect(read(gateway({ url })).providers).toHaveLength(1);
    },
  );
});

describe('a provider is refused, with the line and what is expected, when', () => {
  test.each([
    [
      'it has a name of ours',
      SIREN.replace('siren,', 'twilio-2,'),
      /:3: providers\.0\.name: expected a name/,
    ],
    ['it has a name twice', SIREN + SIREN, /:4: providers\.1\.name: expected each once, got "siren" again/],
    ['it sends mail', SIREN.replace('push', 'email'), /:3: .*channel: expected one of sms, voice, push/],
    [
      'it says nothing of how',
      '  - { name: a, channel: sms }\n',
      /expected either http or exec beside it, got neither/,
    ],
    [
      'it says two ways',
      `${gateway()}    exec: { command: [/bin/true] }\n`,
      /:3: providers\.0\.name: expected either http or exec beside it, got both/,
    ],
    [
      'its JSON names what there isn’t',
      gateway({ json: '{ to: "{to}", text: "{text}", a: ["{number}"] }' }),
      /:9: providers\.0\.http\.json: expected nothing else in braces than \{to\} .*, not \{number\}, got something/,
    ],
    ['its URL does', gateway({ url: '"https://sms.example.net/{topic}"' }), /:6: .*url: .*not \{topic\}/],
    ['a header does', gateway({ headers: '{ Title: "{titel}" }' }), /headers\.Title: .*not \{titel\}/],
    [
      'a placeholder is its host',
      gateway({ url: '"https://{to}/x"' }),
      /url: expected a URL .*behind its host only/,
    ],
    ['a placeholder ends its host', gateway({ url: '"https://a.{to}/x"' }), /url: expected a URL/],
    ['its URL is no web address', gateway({ url: 'ftp://sms.example.net/' }), /url: expected a URL/],
    ['a password stands in its URL', gateway({ url: 'https://a:b@sms.example.net/' }), /url: expected a URL/],
    [
      'its secret could be read on the way',
      gateway({ url: 'http://sms.example.net/' }),
      /url: expected https: over http anybody on the way reads the secret/,
    ],
    ['its secret is named nowhere', gateway({ headers: '{}' }), /secretFile: expected \{secret\} where/],
    ['it says no text', gateway({ json: '{ to: "{to}" }' }), /expected \{text\} somewhere/],
    ['it has two bodies', gateway({ form: '{ a: "{text}" }' }), /form: expected one of json, form and body/],
    ['a GET has a body', gateway({ method: 'GET' }), /json: expected no body with method GET/],
    [
      'a header is the connection’s',
      gateway({ idempotencyHeader: 'Host' }),
      /idempotencyHeader: expected the name/,
    ],
    [
      'a header has two lines',
      gateway({ headers: '{ A: "x\\r\\nB: {secret}" }' }),
      /headers\.A: expected one line/,
    ],
    [
      'success is no success',
      gateway({ accepted: '{ status: [302] }' }),
      /accepted\.status\.0: expected a status from 200/,
    ],
    [
      'a pointer is none',
      gateway({ accepted: '{ id: messages.id }' }),
      /accepted\.id: expected a JSON pointer/,
    ],
    ['a key is wrong', gateway({ header: '{}' }), /header: expected one of .*did you mean headers\?/],
    [
      'its command gets the text as an argument',
      SIREN.replace('{to}', '{text}'),
      /command\.1: expected only .*everybody on the machine sees arguments.*not \{text\}/,
    ],
    ['its command gets a secret', SIREN.replace('{to}', '{secret}'), /command\.1: .*not \{secret\}/],
    [
      'its command is searched for',
      SIREN.replace('/usr/local/bin/', ''),
      /command: expected the absolute path/,
    ],
    [
      'its command is chosen by a page',
      SIREN.replace('/usr/local/bin/siren', '"/usr/local/bin/{to}"'),
      /command: expected the absolute path/,
    ],
    ['it has longer than a call has', SIREN.replace('] }', '], timeoutSeconds: 9 }'), /from 1 to 8, got 9/],
    [
      'its limit is none',
      `${gateway()}    limit: { messages: 0, seconds: 1 }\n`,
      /limit\.messages: expected a whole/,
    ],
  ])('%s', (_what, text, expected) => {
    expect(problems(text)).toMatch(expected);
  });

  const TOKEN = `tk_${'0123456789abcdef'.repeat(3)}`;
  test.each([
    ['a header', gateway({ headers: `{ Authorization: "Bearer ${TOKEN}" }` })],
    ['the URL', gateway({ url: `https://push.example.com/${TOKEN}` })],
    ['secretFile', gateway({ secretFile: TOKEN })],
    ['the body', gateway({ json: `{ text: "{nobody} ${TOKEN}" }` })],
  ])('a token stands in %s, and it isn’t shown', (_where, text) => {
    const said = problems(text);
    expect(said).toMatch(/expected/);
    expect(said).not.toContain(TOKEN.slice(0, 12));
  });
});

test('every example in docs/providers.md is accepted', async () => {
  const text = await readFile(join(import.meta.dirname, '../../../docs/providers.md'), 'utf8');
  const blocks = [...text.matchAll(/^```yaml\n(?<yaml>[^`]*)^```/gmu)].map(
    (match) => match.groups?.['yaml'] ?? '',
  );
  const names = blocks.flatMap((block) => {
    if (block.startsWith('mail:')) {
      const config = readConfig(FILE, Buffer.from(`store: sqlite:r.db\n${block}`), {});
      return ['mail', ...(config.mail?.behind ?? []).map((_, index) => `mail-${index + 2}`)];
    }
    return (read(block.replace(/^providers:\n/u, '')).providers ?? []).map(({ name }) => name);
  });
  const known = 'smsgateway ntfy gotify slack mattermost matrix formgateway siren modem mail mail-2';
  expect(names).toEqual(known.split(' '));
});
