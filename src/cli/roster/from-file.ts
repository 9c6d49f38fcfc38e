/** What is answered from a roster file alone, without a daemon. What knows YAML is loaded here and nowhere else. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CalendarJson } from '../../relay/api/oncall-wire.ts';
import type { OncallJson } from '../../relay/api/wire.ts';
import type { CalendarWish } from '../../relay/oncall/calendar.ts';
import type { PlacedProblem } from '../../relay/roster-file/parse.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io, QuickValues } from '../quick-command.ts';
import { flagOf } from '../quick/values.ts';
import { clean } from '../render/style.ts';

/** The text of a file; `-` is standard input. Rejects with CliError (usage) when it can't be read. */
export async function rosterText(file: string, io: Pick<Io, 'cwd'>): Promise<string> {
  try {
    const bytes = file === '-' ? await readInput() : await readFile(resolve(io.cwd, file));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) throw new CliError(EXIT.usage, `${file} is no UTF-8 text.`);
    if (!(error instanceof Error) || !('code' in error)) throw error;
    throw new CliError(EXIT.usage, `${file} can't be read (${String(error.code)}).`, 'Check its name.');
  }
}

async function readInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** Who is on call by a file. Rejects with CliError (usage) naming everything that is wrong with it. */
export async function oncallFromFile(
  file: string,
  io: Pick<Io, 'cwd'>,
  when: { atMs: number; nowMs: number },
  zone: string,
): Promise<OncallJson[]> {
  const text = await rosterText(file, io);
  const { oncallFromText } = await import('../../relay/roster-file/offline.ts');
  const { problems, services } = oncallFromText(text, when, zone);
  if (problems.length > 0) throw wrongFile(file, problems);
  return services;
}

/** A calendar by a file. Rejects with CliError (usage) naming everything that is wrong with it. */
export async function calendarFromFile(
  file: string,
  io: Pick<Io, 'cwd'>,
  wish: CalendarWish,
): Promise<CalendarJson[]> {
  const text = await rosterText(file, io);
  const { calendarFromText } = await import('../../relay/roster-file/offline.ts');
  const { problems, calendars } = calendarFromText(text, wish);
  if (problems.length > 0) throw wrongFile(file, problems);
  return calendars;
}

/** `relay roster check FILE`: 0 when it is right, 1 when not; with --strict also 1 for warnings. */
export async function checkRoster(file: string, values: QuickValues, io: Io, nowMs: number): Promise<number> {
  const text = await rosterText(file, io);
  const { checkText } = await import('../../relay/roster-file/offline.ts');
  const { problems, warnings } = checkText(text, nowMs);
  const isRight = problems.length === 0 && (warnings.length === 0 || !flagOf(values, 'strict'));
  if (flagOf(values, 'json'))
    io.out(`${JSON.stringify({ file, ok: isRight, problems, warnings }, null, 2)}\n`);
  else {
    io.out(problemLines(file, problems) + problemLines(file, warnings, 'warning: '));
    if (problems.length === 0) io.out(`${clean(file)}: a roster that can be applied.\n`);
  }
  return isRight ? EXIT.ok : EXIT.failed;
}

/** `roster.yaml:3:9: people.ana.phone: …`, one line each. */
export const problemLines = (file: string, problems: readonly PlacedProblem[], mark = ''): string =>
  problems
    .map(
      ({ line, column, at, text }) =>
        `${clean(`${file}:${line}:${column}: ${mark}${at === '' ? '' : `${at}: `}${text}`)}\n`,
    )
    .join('');

/** One error that names every problem of a file. */
export function wrongFile(file: string, problems: readonly PlacedProblem[]): CliError {
  const count = problems.length === 1 ? 'something' : `${problems.length} things`;
  const lines = problemLines(file, problems).trimEnd().split('\n').join('\n  ');
  return new CliError(EXIT.usage, `${count} in ${clean(file)} must be put right:\n  ${lines}`);
}
