import { createServer, type AddressInfo, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Mx } from '../../../src/relay/mail-dns/mx.ts';
import { wayBack } from '../../../src/relay/mail-dns/way-back.ts';

const ID = 'aa00bb11cc22dd33ee44';
/** A deadline that the machine can't reach by being slow: nothing here waits for it but what is meant to. */
const LONG_MS = 60_000;

/** A mail server that greets so on that loopback address; the port is free on all of them. */
async function greeting(host: string, text: string | null, port = 0): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (text !== null) socket.write(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const mx = (...hosts: [string, number, string][]): Mx => ({
  domain: 'alerts.example.com',
  isImplicit: false,
  hosts: hosts.map(([name, priority, address]) => ({ name, priority, addresses: [address] })),
});
const look = (to: Mx, port: number, more: { withinMs?: number; ownAddresses?: string[] } = {}) =>
  wayBack(to, { port, id: ID, withinMs: LONG_MS, ownAddresses: [], ...more });

describe('whether mail to our domain comes back', () => {
  it('it does where the MX greets as this relay', async () => {
    const port = await greeting('127.0.0.1', `220-wait\r\n220 alerts.example.com ESMTP relay ${ID}\r\n`);
    expect(await look(mx(['mx.example.com', 10, '127.0.0.1']), port)).toEqual({
      works: true,
      text: 'mail to alerts.example.com comes in here (mx.example.com answers as this relay)',
    });
  });

  it('another relay is not this one', async () => {
    const port = await greeting('127.0.0.1', '220 alerts.example.com ESMTP relay 00000000000000000000\r\n');
    expect(await look(mx(['mx.example.com', 10, '127.0.0.1']), port)).toMatchObject({ works: false });
  });

  it('a better MX that is somebody else takes the mail', async () => {
    const port = await greeting('127.0.0.2', '220 mail.example.net Postfix\r\n');
    await greeting('127.0.0.3', `220 a ESMTP relay ${ID}\r\n`, port);
    const other = ['mail.example.net', 10, '127.0.0.2'] as const;
    const ours = ['relay.example.com', 20, '127.0.0.3'] as const;
    expect(await look(mx([...other], [...ours]), port)).toMatchObject({
      works: false,
      text: expect.stringMatching(
        /goes to mail\.example\.net.*\("mail\.example\.net Postfix"\), though relay answers/,
      ),
    });
    const backup = mx(['relay.example.com', 10, '127.0.0.3'], ['mail.example.net', 20, '127.0.0.2']);
    expect(await look(backup, port)).toMatchObject({ works: true });
  });

  it('a domain whose mail goes nowhere', async () => {
    expect(await look(mx(), 25)).toMatchObject({ works: false, text: expect.stringMatching(/no MX record/) });
    const nameless: Mx = { ...mx(), hosts: [{ name: 'gone.example.com', priority: 1, addresses: [] }] };
    expect(await look(nameless, 25)).toMatchObject({
      works: false,
      text: expect.stringMatching(/gone\.example\.com/),
    });
  });

  it('our own address with nothing behind the port: surely not', async () => {
    const port = await greeting('127.0.0.4', 'x');
    const to = mx(['mx.example.com', 10, '127.0.0.5']);
    expect(await look(to, port, { ownAddresses: ['127.0.0.5'] })).toMatchObject({
      works: false,
      text: expect.stringMatching(/nothing listens on port/),
    });
  });

  it('an address elsewhere that does not answer proves nothing', async () => {
    const port = await greeting('127.0.0.4', 'x');
    expect(await look(mx(['mx.example.com', 10, '127.0.0.5']), port)).toMatchObject({
      works: null,
      text: expect.stringMatching(/ECONNREFUSED.*firewall/),
    });
  });

  it('a server that says nothing is waited for no longer than agreed', async () => {
    const port = await greeting('127.0.0.1', null);
    const met = await look(mx(['mx.example.com', 10, '127.0.0.1']), port, { withinMs: 20 });
    expect(met).toMatchObject({ works: null, text: expect.stringMatching(/no answer/) });
  });
});
