import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clientFor } from '../../../src/cli/client.ts';
import { normaliseSummary } from '../../../src/relay/events/formats/index.ts';
import { lineageKey } from '../../../src/relay/incidents/rows.ts';
import { shardOf } from '../../../src/relay/store/places.ts';
import { NOW_MS, standIn } from './stand-in.ts';
import type { StandIn, StandInOptions } from './stand-in.ts';

let relay: StandIn;
const start = async (options: StandInOptions = {}): Promise<void> => {
  relay = await standIn(options);
};
afterEach(async () => {
  expect(relay.faults).toEqual([]);
  await relay.close();
});
const send = (body: unknown) =>
  clientFor({ kind: 'socket', socket: relay.socket }).post<{ number: number | null }>('/v1/send', body);

describe('an alert by hand', () => {
  beforeEach(() => start());

  test('opens an incident of the default service and tells its number', async () => {
    const text = 'disk full on db1: 93 %';
    const dedupKey = normaliseSummary(text);
    expect(await send({ text })).toEqual({ number: expect.any(Number), status: 'triggered', dedupKey });
    expect(relay.accepted).toEqual([
      {
        id: expect.stringMatching(/^j:/),
        shard: shardOf(lineageKey('default', dedupKey)),
        stamp: expect.objectContaining({ atMs: NOW_MS }),
        raw: null,
        input: {
          kind: 'alert',
          events: [
            {
              action: 'trigger',
              service: 'default',
              dedupKey,
              severity: 'unknown',
              summary: text,
              source: 'send',
            },
          ],
        },
      },
    ]);
  });

  test('the same again is the same incident, another service another', async () => {
    const first = await send({ text: 'disk full', key: 'disk' });
    expect(await send({ text: 'disk still full', key: 'disk' })).toEqual(first);
    relay.core.roster.current().services.push({ id: 'db', policy: 'default', keyHashes: [] });
    const other = await send({ text: 'disk full', key: 'disk', service: 'db', severity: 'critical' });
    expect(other.number).not.toBe(first.number);
  });

  test('--resolve closes it; where nothing was ever open it says none', async () => {
    const { number } = await send({ text: 'disk full', key: 'disk' });
    expect(await send({ text: 'disk fine', key: 'disk', resolve: true })).toMatchObject({
      number,
      status: 'resolved',
    });
    expect(await send({ text: 'cpu fine', key: 'cpu', resolve: true })).toMatchObject({
      number: null,
      status: 'none',
    });
  });

  test('further lines are details, control characters never reach the summary', async () => {
    await send({ text: 'disk \u001b[31mfull\r\nsda1  99 %\n\nsdb1  3 %' });
    expect(relay.accepted[0]?.input).toMatchObject({
      events: [{ summary: 'disk [31mfull', details: 'sda1  99 %\n\nsdb1  3 %' }],
    });
  });

  test.each([
    ['no text', {}, 'text: is missing'],
    ['an empty text', { text: '  ' }, 'text: is empty'],
    ['a number', { text: 7 }, 'text: must be text'],
    ['half a character', { text: 'x\ud800' }, 'text: is not valid Unicode'],
    ['nothing visible', { text: '\u200b' }, 'text: has no visible character in its first line'],
    [
      'an unknown severity',
      { text: 'x', severity: 'bad' },
      'severity: must be one of critical, error, warning, info, unknown',
    ],
    ['a word for yes', { text: 'x', resolve: 'yes' }, 'resolve: must be true or false'],
    ['a key of 256 characters', { text: 'x', key: 'k'.repeat(256) }, 'key: is longer than 255 characters'],
    [
      'a slip of the fingers',
      { text: 'x', sevrity: 'info' },
      'sevrity: not known here; known are text, service',
    ],
  ])('%s is refused and nothing is accepted', async (_what, body, problem) => {
    await expect(send(body)).rejects.toMatchObject({ exit: 2, message: expect.stringContaining(problem) });
    expect(relay.accepted).toEqual([]);
  });

  test('everything wrong is told at once', async () => {
    await expect(send({ severity: 1, resolve: 1 })).rejects.toMatchObject({
      message:
        'text: is missing; severity: must be one of critical, error, warning, info, unknown; resolve: must be true or false',
    });
  });

  test('an unknown service is not found, and those there are are named', async () => {
    await expect(send({ text: 'x', service: 'dbb' })).rejects.toMatchObject({
      exit: 4,
      message: expect.stringContaining('There is no service dbb'),
      cure: expect.stringContaining('default'),
    });
  });
});

test('while the engine stands still, an alert is accepted and said to be queued', async () => {
  await start({ engine: false });
  expect(await send({ text: 'disk full' })).toEqual({
    number: null,
    status: 'queued',
    dedupKey: 'disk full',
  });
  expect(relay.accepted).toHaveLength(1);
});

test('a full disk is told as such, and nothing is accepted', async () => {
  await start();
  const { StoreFullError } = await import('../../../src/relay/store/port.ts');
  relay.core.accept = () => Promise.reject(new StoreFullError('no space left'));
  await expect(send({ text: 'disk full' })).rejects.toMatchObject({
    exit: 1,
    cure: 'Free some space, then try again.',
  });
});

test('during the shutdown nothing is taken any more', async () => {
  await start();
  const { ClosingError } = await import('../../../src/relay/events/accept.ts');
  relay.core.accept = () => Promise.reject(new ClosingError('relay is shutting down; try again'));
  await expect(send({ text: 'disk full' })).rejects.toMatchObject({ exit: 3 });
});
