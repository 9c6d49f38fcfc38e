/** Appends to the store at argv[2] as fast as it can and prints the id of each row that was acknowledged. */
import { writeSync } from 'node:fs';
import { openSqliteStore } from '../../../../src/relay/store/sqlite/open.ts';
import { journalRow } from '../../../contract/store/samples.ts';

const [, , path = '', lanes = '64'] = process.argv;
const store = await openSqliteStore({ path });
const raw = new Uint8Array(700).fill(1);
let seq = 0;

async function lane(): Promise<never> {
  for (;;) {
    seq += 1;
    const id = `${seq}`;
    await store.append([journalRow(id, { seq, raw })]);
    say(`${id}\n`);
  }
}

/** Synchronous: what was written when the process dies was acknowledged. Whoever reads may be slow, and the pipe full. */
function say(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}

await Promise.all(Array.from({ length: Number(lanes) }, lane));
