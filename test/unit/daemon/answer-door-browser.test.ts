/** The page of a message about several incidents, in a browser without scripts, by day. */
import { expect, test } from 'vitest';
import { ANSWER_PATH } from '../../../src/relay/messaging/answer-page/path.ts';
import { openTab, picture, startChromium } from '../../browser/chromium.ts';
import { browserMissing } from '../../browser/missing.ts';
import { NOW_MS, putIncident, standIn } from '../api/stand-in.ts';
import { doorTo, sent, TOKEN } from './message-page.ts';

// Without a browser on this machine: the run's last lines say so, and .ci/run has one.
test.skipIf(browserMissing() !== null)(
  'of a storm, ana acknowledges all at once, and sees those that the text only counted',
  async () => {
    const relay = await standIn();
    const door = doorTo(relay);
    try {
      const numbers = Array.from({ length: 30 }, (_, index) => index + 1);
      for (const number of numbers) {
        await putIncident(relay.store, { number, status: number === 2 ? 'acknowledged' : 'triggered' }, [
          { atMs: NOW_MS, kind: 'page', text: 'telling ana: level 1', actor: 'relay', people: ['ana'] },
        ]);
      }
      const pack = { from: 0, to: 30, severity: 'critical' as const, count: 30, named: 3 };
      const queued = numbers.map((number) => ({ number, severity: 'critical' as const }));
      await sent(relay, [1, 2, 3], { packs: [pack] }, queued);
      const address = await door.app.listen({ host: '127.0.0.1', port: 0 });
      const browser = await startChromium();
      const { page, complaints } = await openTab(browser, {
        colorScheme: 'light',
        javaScriptEnabled: false,
      });
      await page.goto(`${address}${ANSWER_PATH}${TOKEN}`);
      expect(await page.locator('h1').textContent()).toBe('30 incidents in this message');
      expect(await page.locator('.chip').allTextContents()).toEqual([
        'triggered',
        'acknowledged',
        'triggered',
      ]);
      await page.getByText('Who was told').first().click();
      await picture(page, 'several-light');
      await page.getByRole('link', { name: 'Next' }).click();
      expect(await page.locator('li').count()).toBeGreaterThan(10);
      await picture(page, 'several-others-light');
      await page.getByRole('button', { name: 'Ack all 30' }).click();
      expect(await page.locator('.said').textContent()).toBe('Done: nobody else is told of these.');
      expect(relay.accepted.map(({ input }) => input)).toMatchObject([
        { kind: 'reply', via: 'link', command: { verb: 'ack', code: 47, scope: 'message' } },
      ]);
      expect(complaints).toEqual([]);
    } finally {
      await door.app.close();
      await relay.close();
    }
  },
);
