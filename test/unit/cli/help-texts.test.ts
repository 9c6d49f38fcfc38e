/** What `--help` says is wrapped to the terminal by oclif: a break of the source's own would tear lines apart. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const FOLDER = join(import.meta.dirname, '../../../src/commands');
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
);

it.each(files)('%s has a help text in whole paragraphs, and an example', async (file) => {
  const { default: command } = (await import(join(FOLDER, file))) as {
    default: { summary?: string; description?: string; examples?: string[] };
  };
  expect(command.summary).toMatch(/\.$/u);
  expect(command.description ?? '').not.toMatch(/[^\n]\n[^\n]/u);
  expect(command.examples?.length ?? 0).toBeGreaterThan(0);
});
