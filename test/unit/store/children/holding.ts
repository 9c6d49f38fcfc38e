/** Holds the store at argv[2] open until its input ends. */
import { openSqliteStore } from '../../../../src/relay/store/sqlite/open.ts';
import { journalRow } from '../../../contract/store/samples.ts';

const [, , path = ''] = process.argv;
const store = await openSqliteStore({ path });
await store.append([journalRow('held')]);
process.stdout.write('held\n');
process.stdin.resume();
process.stdin.once('end', () => void store.close());
