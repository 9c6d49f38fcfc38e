import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expressionsIn, whySlow } from '../../formats/expressions.ts';

const { literals, made } = expressionsIn(join(import.meta.dirname, '../../../src/relay/events'));

/** File, and why what it makes of a text can't be slow. */
const MADE_FROM: Record<string, string> = {
  'formats/vocabulary/cjk.ts': 'of fixed words, one or the other of them',
  'imap/decide.ts': 'of the address template in the configuration, escaped, around one bounded token',
};

test('no expression that looks through a mail or a request takes more than its length: bound what repeats', () => {
  expect(literals.length).toBeGreaterThan(100);
  const slow = literals.flatMap((one) => whySlow(one).map((why) => `${one.at} /${one.source}/: ${why}`));
  expect(slow).toEqual([]);
});

test('expressions made of a text are few and known', () => {
  expect([...new Set(made)].toSorted()).toEqual(Object.keys(MADE_FROM).toSorted());
});

test.each(['(a+)+$', 'a*a*b', '\\s+$'])('/%s/ would be found', (source) => {
  expect(whySlow({ source, flags: '' })).not.toEqual([]);
});
