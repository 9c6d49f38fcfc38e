/** The page of a message over HTTP: what opens it, what changes something, and what is told to nobody. */
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANSWER_LIMITS } from '../../../src/relay/daemon/answer-door.ts';
import { makeToken } from '../../../src/relay/messaging/token.ts';
import { StoreUnavailableError } from '../../../src/relay/store/port.ts';
import { NOW_MS, putIncident, standIn, type StandIn } from '../api/stand-in.ts';
import { doorTo, formOf, KEY, sent as sentTo, TOKEN, WEEK_MS, type Door } from './message-page.ts';

let relay: StandIn;
beforeEach(async () => {
  relay = await standIn();
});
afterEach(() => relay.close());

const sent = (
  numbers: number[],
  change: Parameters<typeof sentTo>[2] = {},
  queued: Parameters<typeof sentTo>[3] = [],
): Promise<void> => sentTo(relay, numbers, change, queued);
const door = (more: Parameters<typeof doorTo>[1] = {}): Door => doorTo(relay, more);
const answers = (): unknown[] => relay.accepted.map(({ input }) => input);

describe('looking', () => {
  it('shows the incident, and never changes anything, however often and by whatever is asked', async () => {
    await putIncident(relay.store, { number: 12 }, [
      { atMs: NOW_MS, kind: 'page', text: 'telling ana: level 1', actor: 'relay', people: ['ana'] },
    ]);
    await sent([12]);
    const { get } = door();
    const shown = await get();
    expect(shown.statusCode).toBe(200);
    expect(shown.body).toContain('disk full on db12');
    expect(shown.body).toContain('telling ana: level 1');
    for (const path of [
      TOKEN,
      `${TOKEN}?do=ack&k=${formOf(shown.body, 12)}`,
      `${TOKEN}?r=ack.12`,
      TOKEN.toUpperCase(),
    ])
      expect((await get(path)).statusCode).toBe(200);
    const head = await get(TOKEN, {}, 'HEAD');
    expect(head).toMatchObject({ statusCode: 200, body: '' });
    expect(relay.accepted).toEqual([]);
  });

  it('is kept nowhere, framed by nobody, loads nothing and tells nobody where it was', async () => {
    await putIncident(relay.store, { number: 12 });
    await sent([12]);
    const { get } = door();
    for (const path of [TOKEN, 'nowhere']) {
      const { headers, body } = await get(path);
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-robots-tag': 'noindex, nofollow, noarchive',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'content-type': 'text/html; charset=utf-8',
      });
      expect(headers['set-cookie']).toBeUndefined();
      const policy = String(headers['content-security-policy']);
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/]+=*'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
      );
      expect(body).toContain('<style>');
    }
  });

  it('comes compressed to who takes that', async () => {
    await putIncident(relay.store, { number: 12 });
    await sent([12]);
    const { get } = door();
    const plain = await get();
    const zipped = await get(TOKEN, { 'accept-encoding': 'deflate, gzip;q=0.8, br' });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.rawPayload.length).toBeLessThan(plain.rawPayload.length / 2);
    expect(gunzipSync(zipped.rawPayload).toString()).toContain('disk full on db12');
    expect(
      (await get(TOKEN, { 'accept-encoding': 'br, gzip;q=0' })).headers['content-encoding'],
    ).toBeUndefined();
  });

  it('shows many a part at a time', async () => {
    for (let number = 1; number <= 12; number += 1) await putIncident(relay.store, { number });
    await sent([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const { get } = door();
    const first = (await get()).body;
    expect(first).toContain('Ack all 12');
    expect(first.match(/<section id="i\d+"/g)).toHaveLength(5);
    expect(first).toContain('href="?p=2"');
    const last = (await get(`${TOKEN}?p=3`)).body;
    expect(last).toContain('<section id="i12"');
    expect(last).not.toContain('Next');
    expect((await get(`${TOKEN}?p=99`)).body).toContain('<section id="i12"');
    for (const odd of ['p=x', 'q=7', 'p=-1'])
      expect((await get(`${TOKEN}?${odd}`)).body).toContain('<section id="i1"');
  });

  it('lists each incident of a storm once, whatever lies among them', async () => {
    const numbers = Array.from({ length: 90 }, (_, index) => index + 1);
    for (const number of numbers) await putIncident(relay.store, { number });
    const severity = (number: number): 'critical' | 'info' => (number % 3 === 0 ? 'info' : 'critical');
    const pack = { from: 0, to: 90, severity: 'critical' as const, count: 60, named: 2 };
    const queued = numbers.map((number) => ({ number, severity: severity(number) }));
    await sent([1, 2], { packs: [pack] }, queued);
    const { get } = door();
    const listed: number[] = [];
    let next: string | undefined = 'p=1';
    for (let pages = 0; next !== undefined && pages < 20; pages += 1) {
      const { body } = await get(`${TOKEN}?${next}`);
      listed.push(...[...body.matchAll(/<b>#(\d+)<\/b>/g)].map(([, number]) => Number(number)));
      next = /href="\?([pq]=\d+)">Next/.exec(body)?.[1];
    }
    expect(listed).toEqual(numbers.filter((number) => severity(number) === 'critical'));
  });
});

describe('a link that does not count', () => {
  /** All that is told of it, without what is of this incident. */
  async function refused(opened: Door, path = TOKEN): Promise<number> {
    const got = await opened.get(path);
    const pressed = await opened.post({ k: 'x', do: 'ack' }, path);
    expect(pressed.statusCode).toBe(got.statusCode);
    expect(got.body).not.toMatch(/disk|db12|#12|Ana|\+1555/);
    expect(relay.accepted).toEqual([]);
    return got.statusCode;
  }

  it('leads nowhere when it is forged, a reply address, or another person’s', async () => {
    await putIncident(relay.store, { number: 12 });
    await sent([12]);
    const opened = door();
    for (const token of [
      makeToken(KEY, 'ana.47'),
      TOKEN.replace('ana.47', 'ben.47'),
      TOKEN.slice(0, -1),
      'x',
    ])
      expect(await refused(opened, token), token).toBe(404);
    expect(await refused(opened, makeToken(KEY, 'ana.48', 'link')), 'of no message').toBe(404);
  });

  it('is gone after its days, with its person or phone, and when it is revoked', async () => {
    await putIncident(relay.store, { number: 12 });
    await sent([12]);
    const opened = door();
    opened.nowMs = NOW_MS + WEEK_MS;
    expect(await refused(opened)).toBe(410);
    opened.nowMs = NOW_MS;
    await relay.core.roster.edit('test', (base) => ({
      ...base,
      people: base.people.map((one) => (one.id === 'ana' ? { ...one, linksRevokedAtMs: NOW_MS - 1 } : one)),
    }));
    expect(await refused(opened)).toBe(410);
    await relay.core.roster.edit('test', (base) => ({
      ...base,
      people: base.people.filter((one) => one.id !== 'ana'),
    }));
    expect(await refused(opened)).toBe(410);
    expect(await refused(door({ rosterIsSure: false })), 'perhaps only here').toBe(503);
  });

  it('of an answer or a test is none', async () => {
    await sent([], { purpose: 'test' });
    expect(await refused(door())).toBe(404);
  });

  it('tried over and over is told to wait; a right one from there still opens', async () => {
    await putIncident(relay.store, { number: 12 });
    await sent([12]);
    const { get } = door();
    for (let tries = 0; tries < 30; tries += 1) await get('ana.47.aaaaaaaaaaaaaaaa');
    expect((await get('ana.47.aaaaaaaaaaaaaaaa')).statusCode).toBe(429);
    expect((await get()).statusCode).toBe(200);
  });
});

describe('pressing', () => {
  it('is journalled before it is answered, as a reply of its person that needs no text back', async () => {
    await putIncident(relay.store, { number: 12 });
    await sent([12]);
    const { get, post } = door();
    const pressed = await post({ k: formOf((await get()).body, 12), do: 'ack' });
    expect(pressed).toMatchObject({ statusCode: 303, headers: { location: '?r=ack.12' } });
    expect(answers()).toEqual([
      {
        kind: 'reply',
        person: 'ana',
        channel: 'sms',
        contact: '+15550100',
        command: { verb: 'ack', code: 47, scope: 'message', only: ['i:default/key 12'] },
        text: 'ack #12 (link)',
        sentAtMs: NOW_MS,
        via: 'link',
      },
    ]);
  });

  it('twice is once; on a page loaded anew it is another', async () => {
    await putIncident(relay.store, { number: 12 });
    await sent([12]);
    const { get, post } = door();
    const k = formOf((await get()).body, 12);
    for (let times = 0; times < 3; times += 1) await post({ k, do: 'escalate' });
    expect(new Set(relay.accepted.map(({ id }) => id)).size).toBe(1);
    await post({ k: formOf((await get()).body, 12), do: 'escalate' });
    expect(new Set(relay.accepted.map(({ id }) => id)).size).toBe(2);
  });

  it('twice is once also when the first has changed the incident', async () => {
    await putIncident(relay.store, { number: 12 });
    await sent([12]);
    const { get, post } = door();
    const k = formOf((await get()).body, 12);
    await post({ k, do: 'escalate' });
    await putIncident(relay.store, { number: 12, assignedTo: ['ben'] });
    expect((await post({ k, do: 'escalate' })).headers.location).toBe('?r=escalate.12');
    expect(relay.accepted).toHaveLength(1);
  });

  it('escalate or snooze on what has changed meanwhile does nothing; ack and resolve mean the same still', async () => {
    await putIncident(relay.store, { number: 12 });
    await sent([12]);
    const { get, post } = door();
    const k = formOf((await get()).body, 12);
    await putIncident(relay.store, { number: 12, assignedTo: ['ben'] });
    for (const action of ['escalate', 'snooze-30m', 'snooze-9'])
      expect((await post({ k, do: action })).headers.location).toBe('?r=changed.12');
    expect(relay.accepted).toEqual([]);
    expect((await get(`${TOKEN}?r=changed.12`)).body).toContain('Nothing was done: look again.');
    expect((await post({ k, do: 'resolve' })).headers.location).toBe('?r=resolve.12');
    expect(answers()).toMatchObject([{ command: { verb: 'resolve', only: ['i:default/key 12'] } }]);
  });

  it('snooze until 9:00 means that of its person’s zone', async () => {
    await putIncident(relay.store, { number: 12 });
    await sent([12]);
    await relay.core.roster.edit('test', (base) => ({
      ...base,
      people: base.people.map((one) => ({ ...one, zone: 'America/New_York' })),
    }));
    const { get, post } = door();
    const k = formOf((await get()).body, 12);
    await post({ k, do: 'snooze-9' });
    await post({ k, do: 'snooze-30m' });
    expect(answers()).toMatchObject([
      // It is Friday 21:14 there.
      { command: { verb: 'ack', snooze: { untilMs: Date.UTC(2026, 10, 21, 14), until: 'Sat 09:00 EST' } } },
      { command: { verb: 'ack', snooze: { untilMs: NOW_MS + 1_800_000 } } },
    ]);
  });

  it('all of them names none: what is snoozed stays so', async () => {
    for (const number of [12, 13]) await putIncident(relay.store, { number });
    await sent([12, 13]);
    const { get, post } = door();
    const k = formOf((await get()).body, 'all');
    expect((await post({ k, do: 'ack' })).headers.location).toBe('?r=ack.all');
    expect(answers()).toMatchObject([{ command: { verb: 'ack', code: 47, scope: 'message' } }]);
    expect(JSON.stringify(answers())).not.toContain('only');
    expect((await post({ k, do: 'resolve' })).statusCode).toBe(403);
  });

  it('without a form of this page does nothing, whatever else is right', async () => {
    await putIncident(relay.store, { number: 12 });
    await putIncident(relay.store, { number: 99 });
    await sent([12]);
    const { get, post } = door();
    const k = formOf((await get()).body, 12);
    for (const fields of [
      {},
      { do: 'ack' },
      { k },
      { k, do: 'delete' },
      { k: `${k}a`, do: 'ack' },
      { k: k.replace('12-', '99-'), do: 'ack' },
    ])
      expect((await post(fields as Record<string, string>)).statusCode, JSON.stringify(fields)).toBe(403);
    expect(relay.accepted).toEqual([]);
  });

  it('on a page of yesterday does nothing but say so', async () => {
    await putIncident(relay.store, { number: 12 });
    await sent([12]);
    const opened = door();
    const k = formOf((await opened.get()).body, 12);
    opened.nowMs += 86_400_000;
    expect((await opened.post({ k, do: 'ack' })).headers.location).toBe('?r=old.12');
    expect(relay.accepted).toEqual([]);
  });

  it('that takes its time is said to be under way, and the page loads again', async () => {
    relay.core.whenDone = async () => false;
    await putIncident(relay.store, { number: 12 });
    await sent([12]);
    const { get, post } = door();
    const to = (await post({ k: formOf((await get()).body, 12), do: 'ack' })).headers.location;
    expect(to).toBe('?r=late.12');
    const { body } = await get(`${TOKEN}${String(to)}`);
    expect(body).toContain('#12: your answer is recorded and being carried out');
    expect(body).toContain('http-equiv="refresh"');
  });

  it('that can’t be kept is refused with what to do, and nothing of it is told', async () => {
    await putIncident(relay.store, { number: 12 });
    await sent([12]);
    const { get, post } = door();
    const k = formOf((await get()).body, 12);
    relay.core.accept = async () => {
      throw new StoreUnavailableError('the disk /secret is gone');
    };
    const failed = await post({ k, do: 'ack' });
    expect(failed.statusCode).toBe(503);
    expect(failed.headers['retry-after']).toBeDefined();
    expect(failed.body).toContain('nothing was changed');
    expect(failed.body).not.toContain('secret');
  });

  it('too large, or of another form, is refused unread', async () => {
    await putIncident(relay.store, { number: 12 });
    await sent([12]);
    const { post } = door();
    expect((await post({ k: 'x'.repeat(5_000), do: 'ack' })).statusCode).toBe(413);
  });

  it('past what this door bears is told to come again', async () => {
    const { get } = door({ limits: { ...ANSWER_LIMITS, maxInFlight: 0 } });
    const busy = await get();
    expect(busy.statusCode).toBe(429);
    expect(busy.headers['retry-after']).toBeDefined();
  });
});

describe('what the page says of an answer', () => {
  const says = async (
    status: 'triggered' | 'acknowledged' | 'resolved',
    r: string,
    assignedTo = ['ana'],
  ): Promise<string> => {
    await putIncident(relay.store, { number: 12, status, assignedTo });
    const { body } = await door().get(`${TOKEN}?r=${r}`);
    return /class="said[^>]*>([^<]*)</.exec(body)?.[1] ?? '';
  };

  it('is what the incident shows, not what the address claims', async () => {
    await sent([12]);
    expect(await says('acknowledged', 'ack.12')).toBe('#12 is yours: nobody else is told.');
    expect(await says('acknowledged', 'ack.12', ['ben'])).toBe('#12 is acknowledged: nobody else is told.');
    expect(await says('triggered', 'ack.12')).toBe('#12 is triggered: below stands why.');
    expect(await says('triggered', 'escalate.12')).toBe('#12 was escalated: the next level is told now.');
    expect(await says('resolved', 'ack.12')).toBe('#12 is resolved.');
    expect(await says('triggered', 'ack.99'), 'of another message').toBe('');
    expect(await says('triggered', '<b>')).toBe('');
  });
});
