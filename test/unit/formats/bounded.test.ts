import { expect, test } from 'vitest';
import { readMail } from '../../../src/relay/events/formats/index.ts';
import { readBody } from '../../../src/relay/events/http/read-body.ts';
import { parseBounded } from '../../../src/relay/events/formats/bounded.ts';
import { fc } from '../events/property.ts';

test('what a monitor posts is left as it is', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      const text = JSON.stringify(value);
      expect(parseBounded(text)).toEqual(JSON.parse(text));
    }),
  );
});

test('a thousand alerts of fifty fields are kept, of a hundred thousand the first two thousand', () => {
  const alert = Object.fromEntries(Array.from({ length: 48 }, (_, at) => [`label${at}`, `${at}`]));
  const group = { alerts: Array.from({ length: 1_000 }, () => alert) };
  expect(parseBounded(JSON.stringify(group))).toEqual(group);
  const many = parseBounded(JSON.stringify(Array.from({ length: 100_000 }, (_, at) => at)));
  expect(many).toHaveLength(2_000);
});

test('of too many fields the first are kept', () => {
  const wide = Object.fromEntries(Array.from({ length: 40_000 }, (_, at) => [`field${at}`, at]));
  const { inner } = parseBounded(JSON.stringify({ inner: wide })) as { inner: Record<string, number> };
  expect(Object.keys(inner)).toHaveLength(500);
  expect(inner['field0']).toBe(0);
});

test('however deep it is, readers that go down into it come up again', () => {
  const deep = parseBounded(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  expect(JSON.stringify(deep)).toBe(`${'['.repeat(40)}null${']'.repeat(40)}`);
});

test('a group of a thousand alerts is a thousand events of some hundred kilobytes, each with the beginning of what was said', () => {
  const alerts = Array.from(
    { length: 1_000 },
    (_, at) =>
      `Labels\nalertname = DiskFull\ninstance = db${at}\nAnnotations\nsummary = no space left on db${at}\n`,
  );
  const events = readMail(
    {
      from: 'alerts@example.com',
      to: '',
      subject: '[FIRING:1000] DiskFull',
      text: `Sent by Alertmanager\n[1000] Firing\n${alerts.join('')}`,
      headers: new Map(),
      messageId: null,
      date: null,
      tag: null,
    },
    'db',
  );
  expect(new Set(events.map(({ dedupKey }) => dedupKey)).size).toBe(1_000);
  expect(JSON.stringify(events).length).toBeLessThan(1_000_000);
  expect(events.at(-1)?.details).toContain('[1000] Firing');
});

test('of a list of thousands the first 300 alerts are read, and one more says that there were others', () => {
  const alerts = Array.from({ length: 1_200 }, (_, at) => ({ title: `db${at} is DOWN`, host: `db${at}` }));
  const bodies = [alerts, [alerts.slice(0, 600), alerts.slice(600)], [JSON.stringify(alerts)]];
  for (const body of bodies) {
    const reading = readBody(Buffer.from(JSON.stringify(body)), 'application/json', 'db');
    const events = 'events' in reading ? reading.events : [];
    expect(events.length).toBeLessThanOrEqual(301);
    expect(events.length).toBeGreaterThan(290);
    expect(events.at(-1)).toMatchObject({
      action: 'trigger',
      summary: expect.stringContaining('were not read') as string,
    });
  }
});
