import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readImapUrl } from '../../../../src/relay/config/imap-url.ts';
import type { ImapMailbox } from '../../../../src/relay/config/types.ts';
import { systemClock } from '../../../../src/relay/daemon/system.ts';
import { openMailbox } from '../../../../src/relay/events/imap/connection.ts';
import { HandClock } from '../../../contract/hand-clock.ts';

const PASSWORD = 'only-of-the-tests';

/** An IMAP server that says only this, and keeps what it hears. */
async function serverThatSays(answer: (line: string) => string | null) {
  const heard: string[] = [];
  const connected = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    connected.resolve();
    const greeting = answer('');
    if (greeting !== null) socket.write(greeting);
    socket.setEncoding('utf8').on('data', (text: string) => {
      for (const line of text.split('\r\n').filter((one) => one !== '')) {
        heard.push(line);
        const said = answer(line);
        if (said !== null && socket.writable) socket.write(said);
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, heard, connected: connected.promise };
}

function sourceAt(port: number, change: Partial<ImapMailbox['server']> = {}): ImapMailbox {
  const server = readImapUrl(`imap://pager@127.0.0.1:${port}`);
  if (server === null) throw new Error('no IMAP URL');
  return {
    server: { ...server, ...change },
    passwordFile: null,
    mailbox: 'INBOX',
    alerts: true,
    replies: false,
    service: null,
    done: 'seen',
    pollSeconds: 30,
    replyAddress: null,
  };
}

const isPassword = (line: string): boolean =>
  [PASSWORD, btoa(PASSWORD), btoa(`\0pager\0${PASSWORD}`)].some((form) => line.includes(form));

/** Tagged answers to the commands that a client begins with. */
function plainServer(line: string): string | null {
  if (line === '') return '* OK [CAPABILITY IMAP4rev1] ready\r\n';
  const [tag = '', command = ''] = line.split(' ');
  if (/^CAPABILITY$/i.test(command)) return `* CAPABILITY IMAP4rev1\r\n${tag} OK done\r\n`;
  return `${tag} BAD not here\r\n`;
}

describe('a connection to an IMAP server', () => {
  it('elsewhere without TLS: the password is not sent', async () => {
    const { port, heard } = await serverThatSays(plainServer);
    const { signal } = new AbortController();
    const source = sourceAt(port, { isLoopback: false });
    await expect(openMailbox({ source, password: PASSWORD, clock: systemClock, signal })).rejects.toThrow(
      /127\.0\.0\.1:\d+: .*STARTTLS/i,
    );
    expect(heard.filter(isPassword)).toEqual([]);
  });

  it('on this machine clear text is taken: there the password is sent', async () => {
    const { port, heard } = await serverThatSays(plainServer);
    const { signal } = new AbortController();
    await expect(
      openMailbox({ source: sourceAt(port), password: PASSWORD, clock: systemClock, signal }),
    ).rejects.toThrow(/127\.0\.0\.1/);
    expect(heard.filter(isPassword)).not.toEqual([]);
  });

  it('a server that takes the connection and says nothing is given up, with what to do', async () => {
    const { port, connected } = await serverThatSays(() => null);
    const clock = new HandClock();
    const { signal } = new AbortController();
    const opening = openMailbox({ source: sourceAt(port), password: PASSWORD, clock, signal });
    const failed = expect(opening).rejects.toMatchObject({
      message: expect.stringMatching(/no answer within 40 s/),
      cure: expect.stringMatching(/imap\.url/),
    });
    await connected;
    clock.pass(40_000);
    await failed;
  });

  it('relay’s end ends it, whatever it waits for', async () => {
    const { port, connected } = await serverThatSays(() => null);
    const abort = new AbortController();
    const opening = openMailbox({
      source: sourceAt(port),
      password: PASSWORD,
      clock: new HandClock(),
      signal: abort.signal,
    });
    const failed = expect(opening).rejects.toThrow(/shutting down/);
    await connected;
    abort.abort();
    await failed;
  });
});
