/** Whatever goes wrong with a channel: nobody gets a page twice, nobody gets none, and the next way is used in time. */
import { describe, expect, it } from 'vitest';
import { MATRIX } from './rows.ts';

describe.each(['sms', 'voice', 'email'] as const)('a page by %s', (channel) => {
  it.each(MATRIX.filter((row) => row.channel === channel))('$fault', async ({ run }) => {
    const { wrong } = await run();
    expect(wrong).toEqual([]);
  });
});
