/** What monitors really send, and what each is: test/fixtures/formats/SOURCE/expected.json beside the raw files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlertEvent } from '../../src/relay/events/types.ts';

const ROOT = join(import.meta.dirname, '../fixtures/formats');

export interface ExpectedEvent {
  action: AlertEvent['action'];
  /** Within a source the same words are the same problem, other words another one. Absent with `none`. */
  problem?: string;
  severity?: AlertEvent['severity'];
  /** Why it is `none`. */
  why?: string;
}

export interface Fixture {
  source: string;
  file: string;
  path: string;
  /** The request's content type; null: a mail. */
  http: string | null;
  events: ExpectedEvent[];
}

interface ExpectedFile {
  file: string;
  http?: string;
  events: ExpectedEvent[];
}

/** Those of all sources, in order. */
export function fixtures(): Fixture[] {
  if (!existsSync(ROOT)) return [];
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
    .flatMap((source) => {
      const text = readFileSync(join(ROOT, source, 'expected.json'), 'utf8');
      return (JSON.parse(text) as ExpectedFile[]).map(({ file, http, events }) => ({
        source,
        file,
        path: join(ROOT, source, file),
        http: http ?? null,
        events,
      }));
    });
}
