import { expect, test } from 'vitest';
import { versionFindings } from '../../../../src/relay/hosts/apply/version-findings.ts';

const found = (current: string | null, atHand: string | null): string[] =>
  versionFindings('a1', current, atHand, '0.2.0').map(({ level, what }) => `${level}: ${what}`);

test('a host whose daemon may not read what would be written is upgraded before anything is applied', () => {
  expect(found('0.1.9', '0.2.0')).toEqual([
    'refuse: runs relay 0.1.9, which may not read what this one (0.2.0) would write',
  ]);
});

test('one that runs the same or a newer release is told what else is at hand', () => {
  expect(found('0.2.0', '0.3.0')).toEqual(['note: runs relay 0.2.0; 0.3.0 is at hand']);
  expect(found('0.3.0', '0.2.0')).toEqual([]);
  expect(found('0.2.0', null)).toEqual([]);
});

test('a bare host runs none', () => {
  expect(found(null, '0.2.0')).toEqual([]);
});
