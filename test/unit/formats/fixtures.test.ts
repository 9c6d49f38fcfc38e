import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

/** One folder for each alert source: raw mails and requests, and what a reader should see in them. */
const FOLDER = fileURLToPath(new URL('../../fixtures/formats', import.meta.url));

const Words = z.string().regex(/\S/, 'words, not blanks');
const Severity = z.enum(['critical', 'error', 'warning', 'info', 'unknown']);
const Event = z.union([
  z.strictObject({
    action: z.enum(['trigger', 'acknowledge', 'resolve']),
    problem: Words,
    severity: Severity,
  }),
  z.strictObject({ action: z.literal('none'), why: Words }),
]);
const File = z.strictObject({
  file: z.string().regex(/^[a-z0-9][a-z0-9.-]*\.(eml|json|txt|form)$/),
  origin: z.enum(['run', 'template', 'hand']),
  http: Words.optional(),
  events: z.array(Event).min(1),
});

const sources = existsSync(FOLDER) ? readdirSync(FOLDER).toSorted() : [];

describe('what is expected of each raw alert is written down', () => {
  it('for at least one source', () => {
    expect(sources).not.toEqual([]);
  });

  for (const source of sources) {
    describe(source, () => {
      const here = join(FOLDER, source);
      const raws = readdirSync(here).filter((name) => name !== 'expected.json' && name !== 'README.md');
      const expected = z.array(File).safeParse(JSON.parse(readFileSync(join(here, 'expected.json'), 'utf8')));
      const files = expected.data ?? [];

      it('in the agreed form', () => {
        expect(expected.error?.issues).toBeUndefined();
        expect(source).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      });

      it('for every file, in the order of their names, and for none that is missing', () => {
        expect(files.map(({ file }) => file)).toEqual(raws.toSorted());
      });

      it('with a content type for each request and for no mail', () => {
        for (const { file, http } of files)
          expect(`${file}: ${http === undefined}`).toBe(`${file}: ${file.endsWith('.eml')}`);
      });

      it('from files that hold something, and a note of where they come from', () => {
        for (const name of [...raws, 'README.md'])
          expect(`${name}: ${readFileSync(join(here, name), 'utf8').trim() !== ''}`).toBe(`${name}: true`);
      });
    });
  }
});
