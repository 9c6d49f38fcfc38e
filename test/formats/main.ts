/** `npm run formats`: how well each source is read, by its fixtures, and what a mail costs. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readMailOffline } from '../../src/relay/events/offline.ts';
import { fixtures } from './fixtures.ts';
import { judge, type Judged, readFixture, type Score } from './judge.ts';

const HELP = `npm run formats [-- SOURCE…] [--json] [--wrong]

Reads test/fixtures/formats/SOURCE/ and prints a line for each source: fixtures, actions, pairs of keys and severities that
are right, wrong merges, and microseconds a mail (the whole reader, parsing included).
--wrong names each thing that is wrong; --json prints one object.`;

const ROUND_MS = 200;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    wrong: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

async function table(): Promise<number> {
  const all = fixtures().filter(
    ({ source, http }) =>
      http !== 'message/http' && (positionals.length === 0 || positionals.includes(source)),
  );
  const rows: (Judged & { microsecondsAMail: number | null })[] = [];
  for (const [source, some] of Map.groupBy(all, ({ source: name }) => name)) {
    const reads = await Promise.all(some.map(readFixture));
    const mails = some.filter(({ http }) => http === null).map(({ path }) => readFileSync(path));
    rows.push({ ...judge(source, reads), microsecondsAMail: await costOf(mails) });
  }
  if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else process.stdout.write(textOf(rows));
  return rows.every(({ wrongMerges }) => wrongMerges === 0) && rows.length > 0 ? 0 : 1;
}

/** Wall time of one thread at it, over and over; null: there are none. */
async function costOf(mails: readonly Uint8Array[]): Promise<number | null> {
  if (mails.length === 0) return null;
  let count = 0;
  const beganMs = performance.now();
  while (performance.now() - beganMs < ROUND_MS) {
    for (const mail of mails) await readMailOffline(mail);
    count += mails.length;
  }
  return Math.round(((performance.now() - beganMs) * 1_000) / count);
}

function textOf(rows: readonly (Judged & { microsecondsAMail: number | null })[]): string {
  const sum = (score: (row: Judged) => Score): Score => ({
    right: rows.reduce((total, row) => total + score(row).right, 0),
    of: rows.reduce((total, row) => total + score(row).of, 0),
  });
  const head = ['source', 'files', 'actions', 'pairs', 'severities', 'wrong merges', 'µs a mail'];
  const cells = [
    head,
    ...rows.map((row) => [
      row.source,
      String(row.files),
      shown(row.actions),
      shown(row.pairs),
      shown(row.severities),
      String(row.wrongMerges),
      row.microsecondsAMail === null ? '' : String(row.microsecondsAMail),
    ]),
    [
      'all',
      String(rows.reduce((total, { files }) => total + files, 0)),
      shown(sum(({ actions }) => actions)),
      shown(sum(({ pairs }) => pairs)),
      shown(sum(({ severities }) => severities)),
      String(rows.reduce((total, { wrongMerges }) => total + wrongMerges, 0)),
      '',
    ],
  ];
  const widths = head.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const wrong = values.wrong
    ? rows.flatMap(({ source, wrong: found }) => found.map((line) => `${source}: ${line}`))
    : [];
  return `${[...lines, ...wrong].join('\n')}\n`;
}

const shown = ({ right, of }: Score): string =>
  of === 0 ? '-' : right === of ? `${right}` : `${right}/${of} (${((right / of) * 100).toFixed(1)} %)`;

if (values.help) process.stdout.write(`${HELP}\n`);
else process.exitCode = await table();
