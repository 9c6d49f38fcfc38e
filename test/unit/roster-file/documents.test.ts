/** What the documents show of roster files is right. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkText, oncallFromText, schemaText } from '../../../src/relay/roster-file/offline.ts';

const DOCS = join(import.meta.dirname, '../../../docs');
const page = readFileSync(join(DOCS, 'roster.md'), 'utf8');
const example = /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
/** Before everything in the example. */
const NOW_MS = Date.parse('2026-11-21T12:00:00Z');

describe('docs/roster.md', () => {
  it('shows a whole roster that can be applied', () => {
    expect(checkText(example, NOW_MS)).toMatchObject({
      problems: [],
      warnings: [
        {
          at: 'services.default',
          text: 'service default has no key, so that only mail from your networks reaches it. Make one with: relay service key default',
        },
      ],
    });
  });

  it('shows every section that there is', () => {
    const { properties } = JSON.parse(schemaText()) as { properties: Record<string, unknown> };
    for (const section of Object.keys(properties)) expect(example).toMatch(new RegExp(`^${section}:`, 'm'));
  });

  it('shows who is on call as its times say', () => {
    const at = (time: string): (string | undefined)[] =>
      oncallFromText(example, { atMs: Date.parse(time), nowMs: Date.parse(time) }, 'UTC').services.map(
        (one) => one.levels[0]?.people[0]?.person,
      );
    // Saturday at noon in Berlin: the day layer. At night: the week. At Christmas: Ben's override. On New Year: Cleo.
    expect(at('2026-11-21T11:00:00Z')).toEqual(['ben', 'ben']);
    expect(at('2026-11-21T02:00:00Z')).toEqual(['ana', 'ana']);
    expect(at('2026-12-25T12:00:00Z')).toEqual(['ben', 'ben']);
    expect(at('2026-12-31T18:00:00Z')).toEqual(['cleo', 'cleo']);
  });
});

describe('docs/roster.schema.json', () => {
  it('is what `relay roster schema` prints: write it anew with npm run roster-schema', () => {
    expect(readFileSync(join(DOCS, 'roster.schema.json'), 'utf8')).toBe(schemaText());
  });
});
