/** The page that a message leads to, in a real browser on a phone. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openTab, picture, startChromium } from '../browser/chromium.ts';
import { browserMissing } from '../browser/missing.ts';
import { startRelay, type Relay } from './harness/relay.ts';

const PUBLIC = 'https://alerts.example.com';
const withLinks = (yaml: string): string => yaml.replace(/^http:\n/m, `http:\n  publicUrl: ${PUBLIC}\n`);

/** The link of a text, as its reader would open it: at this test's own port. */
function linkIn(relay: Relay, text: string): string {
  const link = new RegExp(`${PUBLIC}/a/\\S+`).exec(text)?.[0];
  if (link === undefined) throw new Error(`there is no link in: ${text}`);
  return link.replace(PUBLIC, relay.http);
}

const statusOf = (page: Page, number: number): Promise<string | null> =>
  page.locator(`#i${number} .chip`).textContent();

/** Longer than most: a browser starts beside the daemon. */
const LONG_MS = 120_000;

// Without a browser on this machine: the run's last lines say so, and .ci/run has one.
test.skipIf(browserMissing() !== null)(
  'ana opens the link in her text at night, sees the incident, and presses Ack',
  async () => {
    const relay = await startRelay({
      people: ['ana', 'ben'],
      levels: [{ level: 'ana,ben' }],
      config: withLinks,
    });
    await relay.sender.enqueues({
      event_action: 'trigger',
      dedup_key: 'disk',
      payload: {
        summary: 'Disk /var/lib/postgresql on db1 is 98 % full & <b>rising</b>',
        severity: 'critical',
        source: 'db1',
        custom_details: { used: '98 %', growth: '2 GB per hour' },
      },
    });
    const text = await relay.phone('ana').receives(/Disk/);
    await relay.phone('ben').receives(/Disk/);
    const { number } = (await relay.incidents())[0] ?? { number: 0 };
    await relay.shows(/Disk/, 'triggered', (one) => one.messages.every(({ status }) => status !== 'claimed'));
    const browser = await startChromium();
    const { page, complaints } = await openTab(browser, { colorScheme: 'dark' });
    await page.goto(linkIn(relay, text.body));
    expect(await page.locator('h2').textContent()).toBe(
      'Disk /var/lib/postgresql on db1 is 98 % full & <b>rising</b>',
    );
    expect(await statusOf(page, number)).toBe('triggered');
    expect(await page.locator('h3 + ul').textContent()).toMatch(/Ana \(you\).*Ben/);
    await picture(page, 'triggered-dark');
    await page.getByRole('button', { name: 'Ack', exact: true }).click();
    await page.locator('.said').waitFor();
    expect(await statusOf(page, number)).toBe('acknowledged');
    expect(await page.locator('.said').textContent()).toBe(`#${number} is yours: nobody else is told.`);
    await picture(page, 'acknowledged-dark');
    expect(complaints).toEqual([]);
    const acked = await relay.shows(/Disk/, 'acknowledged');
    expect(acked.timeline.map((one) => one.text).join('\n')).toContain('acknowledged by link in sms by ana');
    expect(relay.phone('ana').unread).toEqual([]);
    // Narrow as it is, nothing stands beyond its edge.
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(360);
  },
  LONG_MS,
);

// Without a browser on this machine: the run's last lines say so, and .ci/run has one.
test.skipIf(browserMissing() !== null)(
  'without scripts it is snoozed, and escalated all the same',
  async () => {
    const relay = await startRelay({
      people: ['ana', 'ben'],
      levels: [{ level: 'ana' }, { level: 'ben' }],
      config: withLinks,
    });
    await relay.sender.posts('swap is full');
    const text = await relay.phone('ana').receives(/swap is full/);
    const browser = await startChromium();
    const { page, complaints } = await openTab(browser, { colorScheme: 'light', javaScriptEnabled: false });
    await page.goto(linkIn(relay, text.body));
    const { number } = (await relay.incidents())[0] ?? { number: 0 };
    await page.getByRole('button', { name: '2 h' }).click();
    expect(await statusOf(page, number)).toMatch(/^snoozed until /);
    await picture(page, 'snoozed-light');
    expect((await relay.incident(number)).snoozedUntil).toBeDefined();
    await page.getByRole('button', { name: 'Escalate' }).click();
    expect(await page.locator('.said').textContent()).toBe(
      `#${number} was escalated: the next level is told now.`,
    );
    await relay.phone('ben').receives(/swap is full/);
    await page.getByRole('button', { name: 'Resolve' }).click();
    expect(await page.locator('.said').textContent()).toBe(`#${number} is resolved.`);
    expect(await page.locator('button').count()).toBe(0);
    expect((await relay.incident(number)).status).toBe('resolved');
    expect(complaints).toEqual([]);
  },
  LONG_MS,
);
