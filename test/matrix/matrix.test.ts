/** Whatever goes wrong with a channel: nobody gets a page twice, nobody gets none, and the next way is used in time. */
import { describe, expect, it } from 'vitest';
import { MATRIX } from './rows.ts';

const WAYS = [...new Set(MATRIX.map(({ way }) => way))];

describe.each(WAYS)('a page by %s', (way) => {
  it.each(MATRIX.filter((row) => row.way === way))('$fault', async ({ run }) => {
    const { wrong } = await run();
    expect(wrong).toEqual([]);
  });
});
