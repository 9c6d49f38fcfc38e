import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientFor } from '../../../src/cli/client.ts';
import { showRaw } from '../../../src/cli/incident-raw.ts';
import type { QuickValues } from '../../../src/cli/quick-command.ts';
import type { RawJson } from '../../../src/relay/api/wire.ts';
import type { JournalRow } from '../../../src/relay/store/port.ts';
import { capture, configFor, type Ran } from '../cli/run-quick.ts';
import { NOW_MS, putIncident, standIn, type StandIn } from './stand-in.ts';

let relay: StandIn;
beforeEach(async () => {
  relay = await standIn();
});
afterEach(async () => {
  expect(relay.faults).toEqual([]);
  await relay.close();
});

const MAIL = Buffer.from('Subject: \u001b[31mred\r\n\r\nb\u00e4d \u202eyaw\r\n');

const row = (id: string, raw: Uint8Array | null, source = 'mail'): JournalRow => ({
  id,
  shard: 1,
  stamp: { host: 'h1', seq: 1, atMs: NOW_MS, trusted: true },
  input: {
    kind: 'alert',
    events: [
      {
        action: 'trigger',
        service: 'db',
        dedupKey: 'disk',
        severity: 'error',
        summary: 'disk full',
        source,
        reason: 'by its words; by rule dba: key disk',
        rule: 'dba',
      },
    ],
  },
  raw,
});

/** An incident of a mail, of many more of which two are known, and of a command. */
async function putAll(): Promise<void> {
  await relay.store.append([
    row('j:a', MAIL),
    row('j:b', Buffer.from([0xff, 0x00, 0x0a])),
    row('j:c', null, 'send'),
  ]);
  await putIncident(relay.store, { number: 7 }, [
    { atMs: NOW_MS, kind: 'opened', text: 'opened by mail', actor: 'mail', came: ['j:a'] },
    { atMs: NOW_MS, kind: 'page', text: 'telling ana', actor: 'relay' },
    {
      atMs: NOW_MS,
      kind: 'event',
      text: 'again: disk full',
      actor: 'relay',
      count: 9,
      came: ['j:b', 'j:gone'],
    },
    { atMs: NOW_MS, kind: 'resolved', text: 'resolved by send', actor: 'send', came: ['j:c'] },
  ]);
}

const raw = (number: string, values: QuickValues = {}, tty = false): Promise<Ran> =>
  capture(relay, (io) => showRaw(number, { config: configFor(relay), ...values }, io, NOW_MS), tty);

describe('the original of an incident', () => {
  test('is the mail that opened it, byte by byte', async () => {
    await putAll();
    const client = clientFor({ kind: 'socket', socket: relay.socket });
    const found = await client.get<RawJson>('/v1/incidents/7/raw');
    expect(Buffer.from(found.raw ?? '', 'base64')).toEqual(MAIL);
    expect(found).toMatchObject({
      number: 7,
      event: 1,
      host: 'h1',
      events: [
        { event: 1, kind: 'opened' },
        { event: 2, text: 'again: disk full' },
        { event: 3, text: 'again: disk full' },
        { event: 4, kind: 'resolved' },
      ],
      read: [{ dedupKey: 'disk', rule: 'dba', source: 'mail' }],
    });
    expect((await raw('7')).out).toBe(MAIL.toString('utf8'));
  });

  test('does nothing to a terminal', async () => {
    await putAll();
    const { out } = await raw('#7', {}, true);
    expect(out).toBe('Subject: \\x1b[31mred\n\nb\u00e4d \\x202eyaw\n');
  });

  test('may be another of its events, which are listed', async () => {
    await putAll();
    const { json } = await raw('7', { event: '2', json: true });
    expect(Buffer.from((json() as RawJson).raw ?? '', 'base64')).toEqual(Buffer.from([0xff, 0x00, 0x0a]));
    const { out } = await raw('7', { list: true });
    expect(out).toMatch(/^1 {2}.* opened by mail$/mu);
    expect(out).toMatch(/^4 {2}.* resolved by send$/mu);
    expect(out).toContain('One of them: relay incident raw 7 --event 4');
  });

  test('that is gone, never was or is not known is said to be so, with what to do', async () => {
    await putAll();
    await putIncident(relay.store, { number: 8 }, [
      { atMs: NOW_MS, kind: 'opened', text: 'opened by mail', actor: 'mail' },
    ]);
    expect(await raw('7', { event: '3' })).toMatchObject({
      exit: 4,
      err: expect.stringContaining('is not kept any more') as string,
    });
    expect(await raw('7', { event: '4' })).toMatchObject({
      exit: 4,
      err: expect.stringContaining('It came by `relay send`: there is no original') as string,
    });
    expect(await raw('7', { event: '5' })).toMatchObject({
      exit: 4,
      err: expect.stringContaining('There are 4; --list shows them.') as string,
    });
    expect(await raw('8')).toMatchObject({
      exit: 4,
      err: expect.stringContaining('Where incident 8 came from is not known') as string,
    });
    expect(await raw('9')).toMatchObject({ exit: 4 });
    expect(await raw('7', { event: 'x' })).toMatchObject({ exit: 2 });
  });
});
