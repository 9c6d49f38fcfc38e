import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { compareText, prefixEnd } from '../../../src/relay/store/text-order.ts';

const text = string({ unit: 'binary', maxLength: 8 });

test('texts compare as their UTF-8 bytes do', () => {
  assert(
    property(text, text, (a, b) => {
      expect(Math.sign(compareText(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
    { seed: 1 },
  );
  expect(compareText('\uffee', '😀')).toBeLessThan(0);
});

test('exactly the texts with a prefix lie from it up to its end', () => {
  assert(
    property(text, text, (prefix, other) => {
      const end = prefixEnd(prefix);
      for (const candidate of [other, prefix + other]) {
        const within =
          compareText(candidate, prefix) >= 0 && (end === null || compareText(candidate, end) < 0);
        expect(within).toBe(candidate.startsWith(prefix));
      }
    }),
    { seed: 1 },
  );
});

test.each([
  ['', null],
  ['\u{10ffff}', null],
  ['a', 'b'],
  ['a\u{10ffff}', 'b'],
  ['\ud7ff', '\ue000'],
])('the end of %j is %j', (prefix, end) => {
  expect(prefixEnd(prefix)).toBe(end);
});
