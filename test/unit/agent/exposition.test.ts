import { expect, it } from 'vitest';
import { readExposition } from '../../../src/relay/agent/exposition.ts';

const read = (text: string, ...names: string[]) =>
  [...readExposition(text, (name) => names.includes(name))].map(({ name, labels, value }) => [
    name,
    Object.fromEntries(labels),
    value,
  ]);

it('what an exporter writes is read: labels, escapes, times behind the value, what is not a number', () => {
  const text = `# HELP a_total A.
# TYPE a_total counter
a_total 3
a_total{x="1"} 4 1795246380000
a_total{ x = "say \\"hi\\"\\\\n\\n" , y="a,b}c" } 5e3
a_total{x="inf"} +Inf
a_total{x="nan"} NaN
b_total{x="1"} 9
`;
  expect(read(text, 'a_total')).toEqual([
    ['a_total', {}, 3],
    ['a_total', { x: '1' }, 4],
    ['a_total', { x: 'say "hi"\\n\n', y: 'a,b}c' }, 5_000],
    ['a_total', { x: 'inf' }, Number.POSITIVE_INFINITY],
  ]);
});

it('a line that is broken hides no other', () => {
  expect(read('a{x="1 2\na{x="1"\na{x="1"}\na 1\n', 'a')).toEqual([['a', {}, 1]]);
});

it('nothing is wanted by a part of its name', () => {
  expect(read('a_total 1\na_total_created 2\n', 'a_total')).toEqual([['a_total', {}, 1]]);
});
