/** A calendar from a URL, which is somebody else's word: limits, and nothing of the inside of a network. */
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calendarUrl, downloadCalendar } from '../../../src/relay/calendar/download.ts';
import { loopbackTls, type LoopbackTls } from '../../contract/loopback-tls.ts';

const TEXT = 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n';
const INSIDE = { networks: ['127.0.0.0/8'] };

let tls: LoopbackTls;
let server: Server;
let base = '';

function answer(request: IncomingMessage, response: ServerResponse): void {
  switch (request.url) {
    case '/ana.ics':
      if (request.headers['if-none-match'] === '"1"') return void response.writeHead(304).end();
      return void response.writeHead(200, { etag: '"1"', 'content-type': 'text/calendar' }).end(TEXT);
    case '/moved':
      return void response.writeHead(302, { location: '/ana.ics' }).end();
    case '/round':
      return void response.writeHead(302, { location: '/round' }).end();
    case '/plain':
      return void response.writeHead(302, { location: 'http://127.0.0.1/ana.ics' }).end();
    case '/large':
      response.writeHead(200);
      return void response.end(Buffer.alloc(3 * 1024 * 1024, 0x20));
    case '/silent':
      return;
    default:
      return void response.writeHead(403).end();
  }
}

beforeAll(async () => {
  tls = await loopbackTls();
  server = createServer({ key: tls.key, cert: tls.cert }, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  tls.distrust();
});

describe('a calendar from a URL', () => {
  it('comes once, and not again while it is the same', async () => {
    const first = await downloadCalendar(`${base}/ana.ics`, INSIDE);
    expect(first).toEqual({ text: TEXT, etag: '"1"' });
    expect(await downloadCalendar(`${base}/ana.ics`, { ...INSIDE, etag: first.etag })).toEqual({
      text: null,
      etag: '"1"',
    });
  });

  it('is followed where it has moved', async () => {
    expect((await downloadCalendar(`${base}/moved`, INSIDE)).text).toBe(TEXT);
  });

  it.each([
    ['/round', 'it leads on more than 3 times'],
    ['/plain', 'no https address'],
    ['/large', 'it is over 2 MB'],
    ['/gone?token=secret', 'it answers HTTP 403'],
  ])('is given up at %s, without a word of its address: %s', async (path, why) => {
    const error: unknown = await downloadCalendar(`${base}${path}`, INSIDE).catch(
      (caught: unknown) => caught,
    );
    expect(String(error)).toContain(why);
    expect(String(error)).not.toContain('secret');
  });

  it('is given up when nothing comes', async () => {
    await expect(downloadCalendar(`${base}/silent`, { ...INSIDE, limitMs: 200 })).rejects.toThrow('in time');
  });

  it.each([
    '127.0.0.1',
    'localhost',
    '[::1]',
    '10.0.0.1',
    '169.254.169.254',
    '[::ffff:127.0.0.1]',
    '0.0.0.0',
  ])('is not asked for at the private address %s', async (host) => {
    const port = new URL(base).port;
    await expect(downloadCalendar(`https://${host}:${port}/ana.ics`)).rejects.toThrow('private address');
  });
});

describe('an address of a calendar', () => {
  it('is https, and webcal means that', () => {
    expect(calendarUrl('webcal://calendar.example.com/a.ics#x').href).toBe(
      'https://calendar.example.com/a.ics',
    );
  });
  it.each(['http://example.com/a.ics', 'file:///etc/passwd', 'ana.ics', 'https://u:p@example.com/'])(
    'is not %s',
    (text) => {
      expect(() => calendarUrl(text)).toThrow();
    },
  );
});
