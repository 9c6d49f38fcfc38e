/** `npm run matrix`: each channel and what may go wrong with it, as a table. Exit code 1 when something is not as it has to be. */
import { MATRIX, type RowResult } from './rows.ts';

const [only] = process.argv.slice(2);
if (only === '--help') {
  console.log('npm run matrix [-- WAY]   e.g. npm run matrix -- sms');
  process.exit(0);
}
const rows = MATRIX.filter(({ way }) => only === undefined || way === only);
if (rows.length === 0) {
  console.error(`There is no way ${only}: ${[...new Set(MATRIX.map(({ way }) => way))].join('; ')}`);
  process.exit(2);
}
console.log(line(['way', 'what goes wrong', 'got', 'repeats', 'lost', 'next way after', 'ended', '']));
let wrong = 0;
for (const { run } of rows) {
  const result = await run();
  if (result.wrong.length > 0) wrong += 1;
  console.log(line(cells(result)));
}
console.log(`${rows.length} rows, ${wrong} not as they have to be`);
// Stand-ins that were made to hang may still hold a socket: nothing of this run needs it any more.
process.exit(wrong === 0 ? 0 : 1);

function cells({ way, fault, got, repeats, lost, fallbackMs, status, wrong: faults }: RowResult): string[] {
  const after = fallbackMs === null ? '-' : `${(fallbackMs / 1_000).toFixed(2)} s`;
  return [way, fault, String(got), String(repeats), lost ? '1' : '0', after, status, faults.join(', ')];
}

function line(columns: string[]): string {
  const widths = [15, 40, 4, 8, 5, 15, 10, 0];
  return columns
    .map((text, index) => text.padEnd(widths[index] ?? 0))
    .join(' ')
    .trimEnd();
}
