import { describe, expect, it, vi } from 'vitest';
import { Ping } from '../../../src/relay/daemon/ping.ts';
import { HandClock } from '../observe/hand-clock.ts';
import { watched } from './watched.ts';

const SECRET = 'b1946ac9-secret';

const EVERY_MS = 60_000;

async function pinging(pingMs = EVERY_MS) {
  const service = await watched(`/ping/${SECRET}`);
  const clock = new HandClock();
  const standing = new Map<string, string>();
  const said: string[] = [];
  const ping = new Ping({
    url: service.url,
    pingMs,
    everyMs: EVERY_MS,
    clock,
    problems: {
      raise: (id, text, cure) => {
        said.push(text, cure);
        standing.set(id, text);
      },
      clear: (id) => void standing.delete(id),
    },
  });
  return { service, clock, ping, standing, said };
}

describe('the ping of a dead man’s switch', () => {
  it('is one GET of its URL, by name', async () => {
    const { service, ping, standing } = await pinging();
    await ping.send();
    expect(service.asked).toEqual([
      { method: 'GET', path: `/ping/${SECRET}`, agent: expect.stringMatching(/^relay\/\d/) },
    ]);
    expect(standing.size).toBe(0);
  });

  it('that is answered with an error or a redirect is a problem until one is taken', async () => {
    const { service, ping, standing } = await pinging();
    service.answers = 404;
    await ping.send();
    expect(standing.get('ping')).toMatch(/it answered 404/);
    service.answers = 302;
    await ping.send();
    expect(standing.get('ping')).toMatch(/it answered 302, and redirects are not followed/);
    expect(service.asked.map(({ path }) => path)).not.toContain('/elsewhere');
    service.answers = 204;
    await ping.send();
    expect(standing.size).toBe(0);
  });

  it('is sent as seldom as the switch wants, and rather too early than too late', async () => {
    const { service, clock, ping } = await pinging(150_000);
    const pingedAtMs: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const before = service.asked.length;
      await ping.send();
      if (service.asked.length > before) pingedAtMs.push(clock.monoMs());
      clock.advance(EVERY_MS);
    }
    expect(pingedAtMs).toEqual([0, 2, 4, 6, 8].map((minutes) => minutes * 60_000));
    service.answers = 500;
    const before = service.asked.length;
    for (let round = 0; round < 3; round += 1) {
      await ping.send();
      clock.advance(EVERY_MS);
    }
    expect(service.asked.length, 'one that failed is tried again at once').toBe(before + 3);
  });

  it('that is not answered is given up in time, and the next is not sent beside it', async () => {
    const { service, clock, ping, standing } = await pinging();
    service.answers = null;
    const sent = ping.send();
    await vi.waitFor(() => expect(service.asked).toHaveLength(1));
    await ping.send();
    clock.advance(10_000);
    await sent;
    expect(service.asked).toHaveLength(1);
    expect(standing.get('ping')).toMatch(/no answer within 10 s/);
    expect(clock.waiting).toBe(0);
  });

  it('never shows its URL when nobody is there', async () => {
    const { service, ping, standing, said } = await pinging();
    await service.close();
    await ping.send();
    expect(standing.get('ping')).toMatch(/ECONNREFUSED/);
    expect(said.join('\n')).not.toContain(SECRET);
    expect(said.join('\n')).not.toContain('127.0.0.1');
  });
});
