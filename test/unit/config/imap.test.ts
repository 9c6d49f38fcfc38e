import { describe, expect, it } from 'vitest';
import { readImapUrl } from '../../../src/relay/config/imap-url.ts';
import { readConfig } from '../../../src/relay/config/load.ts';
import { ConfigError } from '../../../src/relay/config/types.ts';

const FILE = '/srv/relay/relay.yaml';
const read = (imap: string, env: NodeJS.ProcessEnv = { RELAY_IMAP_PASSWORD: 'x' }) =>
  readConfig(FILE, Buffer.from(`store: sqlite:r.db\nimap:\n${imap}`), env).imap ?? [];

function problem(imap: string, env?: NodeJS.ProcessEnv): string {
  try {
    read(imap, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join('\n');
    throw error;
  }
  return 'none';
}

describe('mailboxes in relay.yaml', () => {
  it('a short one, with what goes without saying', () => {
    expect(read('  - url: imaps://alerts@example.com@mail.example.com\n    service: DB\n')).toEqual([
      {
        server: {
          host: 'mail.example.com',
          port: 993,
          user: 'alerts@example.com',
          isSecure: true,
          isLoopback: false,
          checksCertificate: true,
        },
        passwordFile: null,
        mailbox: 'INBOX',
        alerts: true,
        replies: false,
        service: 'db',
        done: 'seen',
        pollSeconds: 30,
        replyAddress: 'alerts+ack.{token}@example.com',
      },
    ]);
  });

  it('one with all keys', () => {
    const [one] = read(
      '  - url: imap://relay@127.0.0.1:1143\n    passwordFile: secrets/imap\n    mailbox: Alerts\n    for: [alerts, replies]\n' +
        '    done: {move: Relay/Done}\n    pollSeconds: 60\n    replyAddress: relay+{token}@example.com\n',
    );
    expect(one).toMatchObject({
      server: { port: 1143, isLoopback: true, isSecure: false },
      passwordFile: '/srv/relay/secrets/imap',
      mailbox: 'Alerts',
      alerts: true,
      replies: true,
      done: { move: 'Relay/Done' },
      replyAddress: 'relay+{token}@example.com',
    });
  });

  it.each([
    ['  - url: imaps://mail.example.com\n', /imap\.0\.url: expected a mailbox such as/],
    ['  - url: pop3://a@mail.example.com\n', /imap\.0\.url/],
    [
      '  - {url: "imaps://a@m.example", for: pages}\n',
      /imap\.0\.for: expected alerts, replies, or a list of both, got "pages"/,
    ],
    ['  - {url: "imaps://a@m.example", done: move}\n', /imap\.0\.done: expected seen, delete, or move:/],
    ['  - {url: "imaps://a@m.example", done: {move: "a\\r\\nA1 DELETE x"}}\n', /imap\.0\.done/],
    ['  - {url: "imaps://a@m.example", pollSeconds: 1}\n', /from 5 to 600, got 1/],
    ['  - {url: "imaps://a@m.example", for: replies, replyAddress: a@example.com}\n', /with \{token\} in it/],
    [
      '  - {url: "imaps://a@m.example", for: replies}\n',
      /imap\.0\.replyAddress: expected an address such as/,
    ],
    [
      '  - {url: "imaps://a@b@m.example", for: replies, service: db}\n',
      /imap\.0\.service: expected for: alerts/,
    ],
    [
      '  - url: imaps://a@m.example\n  - url: imaps://a@m.example\n',
      /imap\.1\.url: expected each mailbox once/,
    ],
    [
      '  - {url: "imaps://a@m.example", box: x}\n',
      /imap\.0\.box: expected one of url, passwordFile, mailbox/,
    ],
  ])('%s', (text, expected) => {
    expect(problem(text)).toMatch(expected);
  });

  it('a password in the URL is refused and not repeated', () => {
    const text = problem('  - url: imaps://a:hunter2@mail.example.com\n');
    expect(text).toMatch(/imap\.0\.url: expected no password in it/);
    expect(text).not.toContain('hunter2');
  });

  it('a password has to come from somewhere', () => {
    expect(problem('  - url: imaps://a@m.example\n', {})).toMatch(
      /passwordFile: .*RELAY_IMAP_PASSWORD set, got neither/,
    );
  });
});

it('a certificate of one’s own may be left unchecked, if the URL says so', () => {
  expect(readImapUrl('imaps://a@m.example?tls.rejectUnauthorized=false')?.checksCertificate).toBe(false);
  expect(readImapUrl('imaps://a%0aLOGOUT@m.example')).toBeNull();
});
