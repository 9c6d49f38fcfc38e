/** `npm run formats`: how well each source is read, by its fixtures, and what a mail costs. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readMailOffline } from '../../src/relay/events/offline.ts';
import { type Fixture, fixtures } from './fixtures.ts';
import { fuzz, SLOW_MS, textOfFuzz } from './fuzz/main.ts';
import { judge, type Judged, readFixture, type Score } from './judge.ts';

const HELP = `npm run formats [-- SOURCE…] [--json] [--wrong]
npm run formats -- --fuzz [--seed N] [--count N] [--json]

Reads test/fixtures/formats/SOURCE/ and prints a line for each source: fixtures, actions, pairs of keys and severities that
are right, wrong merges, and microseconds of processor time a mail (the whole reader, parsing included); below them, how many
mails a second one core reads. --wrong names each thing that is wrong; --json prints the lines of the sources as JSON.

--fuzz changes fixtures and blows them up to 512 KB, --count of them (1,000), the same ones for the same --seed (1), and
prints the slowest for each reader and for all of it. It exits with 1 when one takes over 50 ms or breaks a bound.`;

const ROUND_MS = 200;
const GOAL_PER_CORE_S = 2_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    wrong: { type: 'boolean', default: false },
    fuzz: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1000' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

async function table(): Promise<number> {
  const all = fixtures().filter(({ source }) => positionals.length === 0 || positionals.includes(source));
  const rows: (Judged & { microsecondsAMail: number | null })[] = [];
  for (const [source, some] of Map.groupBy(all, ({ source: name }) => name)) {
    const reads = await Promise.all(some.map(readFixture));
    const mails = some.filter(({ http }) => http === null).map(({ path }) => readFileSync(path));
    rows.push({ ...judge(source, reads), microsecondsAMail: await costOf(mails) });
  }
  if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else process.stdout.write(`${textOf(rows)}${positionals.length === 0 ? await wholeReader(all) : ''}`);
  return rows.every(({ wrongMerges }) => wrongMerges === 0) && rows.length > 0 ? 0 : 1;
}

/** Processor time of one thread at it, over and over; null: there are none. */
async function costOf(mails: readonly Uint8Array[], ms = ROUND_MS): Promise<number | null> {
  if (mails.length === 0) return null;
  let count = 0;
  const beganMs = performance.now();
  const began = process.threadCpuUsage();
  while (performance.now() - beganMs < ms) {
    for (const mail of mails) await readMailOffline(mail);
    count += mails.length;
  }
  const { user, system } = process.threadCpuUsage(began);
  return Math.round((user + system) / count);
}

/** All mails in turns, bytes to events. */
async function wholeReader(all: readonly Fixture[]): Promise<string> {
  const mails = all.filter(({ http }) => http === null).map(({ path }) => readFileSync(path));
  const microseconds = await costOf(mails, ROUND_MS * 10);
  if (microseconds === null) return '';
  const perCoreS = Math.round(1_000_000 / Math.max(1, microseconds));
  const met = perCoreS >= GOAL_PER_CORE_S ? 'met' : 'missed';
  return `whole reader: ${perCoreS.toLocaleString('en')} mails/s per core, ${microseconds} µs a mail; goal ${GOAL_PER_CORE_S.toLocaleString('en')} (${met})\n`;
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

async function fuzzed(): Promise<number> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const report = await fuzz({ seed: wholeNumber('seed'), count: wholeNumber('count') }, say);
  process.stdout.write(values.json ? `${JSON.stringify(report, null, 2)}\n` : textOfFuzz(report));
  return report.broken.length === 0 && report.worst.every(({ ms }) => ms <= SLOW_MS) ? 0 : 1;
}

function wholeNumber(name: 'seed' | 'count'): number {
  const value = Number(values[name]);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`--${name} is a whole number above 0, not "${values[name]}"`);
  return value;
}

if (values.help) process.stdout.write(`${HELP}\n`);
else process.exitCode = values.fuzz ? await fuzzed() : await table();
