import { afterEach, describe, expect, test } from 'vitest';
import type { FastifyPluginAsync } from 'fastify';
import { KEY } from './stand-ins.ts';
import { closeServers, server } from './http-server.ts';

afterEach(closeServers);

/** Says who asks, as everything behind the listener sees it. */
const who: FastifyPluginAsync = async (app) => {
  app.get('/who', (request, reply) => reply.send({ ip: request.ip, protocol: request.protocol }));
};

async function asked(url: string, forwarded: Record<string, string>): Promise<unknown> {
  return (await fetch(`${url}/who`, { headers: forwarded })).json();
}

describe('X-Forwarded-For and X-Forwarded-Proto', () => {
  test('a listed proxy is believed, and of what others wrote before only its own word', async () => {
    const { url } = await server({}, { plugins: [who], proxies: ['127.0.0.1/32'] });
    expect(await asked(url, { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' })).toEqual({
      ip: '203.0.113.9',
      protocol: 'https',
    });
    expect(
      await asked(url, { 'x-forwarded-for': '10.0.0.1, 203.0.113.9', 'x-forwarded-proto': 'http' }),
      'the client wrote the first itself',
    ).toEqual({ ip: '203.0.113.9', protocol: 'http' });
    expect(await asked(url, {})).toEqual({ ip: '127.0.0.1', protocol: 'http' });
  });

  test('through two listed proxies it is whom the first one saw', async () => {
    const { url } = await server({}, { plugins: [who], proxies: ['127.0.0.1/32', '192.0.2.0/24'] });
    expect(await asked(url, { 'x-forwarded-for': '203.0.113.9, 192.0.2.7' })).toEqual({
      ip: '203.0.113.9',
      protocol: 'http',
    });
  });

  test.each([
    ['no proxy is listed', []],
    ['it is another one', ['192.0.2.0/24']],
  ])('%s: nothing of it is believed', async (_name, proxies) => {
    const { url } = await server({}, { plugins: [who], proxies });
    expect(await asked(url, { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' })).toEqual({
      ip: '127.0.0.1',
      protocol: 'http',
    });
  });

  test('an event that could not be kept is logged with the address of who sent it', async () => {
    const { url, log } = await server(
      { accept: () => Promise.reject(new Error('the disk is gone')) },
      { proxies: ['127.0.0.1/32'] },
    );
    await fetch(`${url}/e/${KEY}`, {
      method: 'POST',
      body: 'x',
      headers: { 'x-forwarded-for': '203.0.113.9' },
    });
    expect(log.text).toContain('203.0.113.9');
  });
});
