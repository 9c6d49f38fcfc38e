/** Everything in a store as the lines of a backup, while others work with it. */
import type { Movable } from '../store/moving.ts';
import { Tally } from '../store/tally.ts';
import { FORMAT, lineOf } from './format.ts';
import type { BackupLine, HeadLine } from './format.ts';

/** The head comes at once. Rejects as the store's `copy` does. */
export async function* backupLines(
  store: Pick<Movable, 'copy' | 'copies'>,
  head: Omit<HeadLine, 'kind' | 'format' | 'copies'>,
): AsyncGenerator<BackupLine[]> {
  yield [{ kind: 'relay-backup', format: FORMAT, copies: store.copies, ...head }];
  const tally = new Tally();
  for await (const pieces of store.copy()) {
    tally.add(pieces);
    yield pieces.map(lineOf);
  }
  yield [{ kind: 'end', total: tally.total, tally: tally.figures }];
}
