/** `relay backup`: everything in the store, while relay goes on. */
import { Readable } from 'node:stream';
import type { BackupLine } from '../../backup/format.ts';
import type { Core } from '../core.ts';
import { ApiError } from '../errors.ts';
import { BACKUP_LINE } from '../schemas/status.ts';
import { get, type Route } from '../table/route.ts';

/** The call /v1/backup. */
export const backupRoutes = (core: Core): Route[] => [
  get(
    '/v1/backup',
    {
      name: 'backUp',
      summary: 'Everything in the store, for a backup: one JSON object a line, the last of kind `end`.',
      description:
        'Without the line of kind `end` it was cut off. `relay backup` adds the keys and relay.yaml.',
      answer: BACKUP_LINE,
      media: 'application/x-ndjson',
    },
    ({ reply }) => {
      const pages = core.backup();
      if (pages === null)
        throw new ApiError(
          'conflict',
          'A backup is being taken already.',
          'Wait until it is done: one at a time.',
        );
      const lines = Readable.from(textOf(pages));
      // Not begun, or left half-way: what was opened for it is closed.
      reply.raw.once('close', () => lines.destroy());
      return lines;
    },
  ),
];

async function* textOf(pages: AsyncIterable<BackupLine[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((line) => `${JSON.stringify(line)}\n`).join('');
}
