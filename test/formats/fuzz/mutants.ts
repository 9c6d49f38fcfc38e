/** Mails that were changed: one after the other, the same for the same seed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expressionsIn } from '../expressions.ts';
import { fixtures } from '../fixtures.ts';
import { CHANGES } from './changes.ts';

export interface Mutant {
  /** The fixture and what was done to it. */
  name: string;
  raw: Buffer;
}

/** What brackets, arrows, separators, encodings and Unicode have that may trouble a reader. */
const SIGNS = [
  ...Array.from('[](){}<>:|-=/\\.,;\'"*_#!%+&@~^$? \t\n\r\0\v\f\u007f'),
  '->',
  '=>',
  '→',
  '::',
  ' - ',
  ' : ',
  '- ',
  '** ',
  '[1] ',
  '(x',
  '](',
  '\r\n',
  '\n ',
  '--',
  ': ',
  '= ',
  '"',
  '\u2028',
  '\u200b',
  '\u202e',
  '\ufeff',
  '\u00a0',
  '\u{1f534}',
  '\u{e0041}',
  'ß',
  '漢',
  'e\u0301',
  '\ud800',
  '=?utf-8?q?=20?=',
  '=?utf-8?b?',
  '=?a?q?x?= ',
  'a',
  'aB',
  '0',
  '1.',
  '0:',
  '1a',
  'x_',
  'a.',
  'a@',
  'https://',
  '&amp;',
  'is DOWN ',
  'OK -> ',
  'was up ',
  'not ',
  'not ok ',
  'Host: x\n',
  'State: OK\n',
  'a: b\n',
  'a = b\n',
  '- a = b\n',
];

const ROOT = join(import.meta.dirname, '../../../src/relay/events');

/** Also the words that readers look for, and what they allow to repeat. */
export function tokens(): string[] {
  const { literals } = expressionsIn(ROOT);
  const words = literals.flatMap(({ source }) =>
    source
      .replaceAll(/\(\?<\w+>|\(\?[:=!]|\\[bBdDsSwWpP](?:\{[^}]*\})?|\[[^\]]*\]|\{[\d,]+\}/gu, '\0')
      .split(/[\0()|^$+*?]+/u)
      .map((word) => word.replaceAll('\\', ''))
      .filter((word) => word.length > 1 && word.length < 40),
  );
  return [...new Set([...SIGNS, ...words])];
}

/** Between 0 and 1, any as likely as any other. */
export const somewhere = fc.noBias(fc.integer({ min: 0, max: 9_999 })).map((number) => number / 10_000);

/** `sizeBytes`: the most that one grows to. */
export function mutants(sizeBytes: number): fc.Arbitrary<Mutant> {
  const mails = fixtures().filter(({ http }) => http === null);
  const change = fc.tuple(fc.constantFrom(...Object.keys(CHANGES)), somewhere, fc.constantFrom(...tokens()));
  return fc
    .tuple(fc.constantFrom(...mails), fc.array(change, { minLength: 1, maxLength: 3 }))
    .map(([{ source, file, path }, changes]) => {
      let raw: Buffer = readFileSync(path);
      for (const [name, pick, token] of changes) {
        raw = (CHANGES[name]?.(raw, pick, token, sizeBytes) ?? raw).subarray(0, sizeBytes);
      }
      const done = changes.map(
        ([name, pick, token]) => `${name} (${pick.toFixed(3)}, ${JSON.stringify(token)})`,
      );
      return { name: `${source}/${file}: ${done.join(', then ')}`, raw };
    });
}
