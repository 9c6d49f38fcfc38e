/** `relay roster import`: the report of what came over, then the plan and a yes as for any roster file. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { RosterTextJson } from '../../relay/api/roster-wire.ts';
import type { ImportDocument, ImportNote } from '../../relay/oncall/import/types.ts';
import type { ImportedText, ImportSource } from '../../relay/roster-file/import.ts';
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io, QuickValues } from '../quick-command.ts';
import { actorOf, flagOf, show, textOf } from '../quick/values.ts';
import { clean, styleFor, type Style } from '../render/style.ts';
import { applyRoster, type Confirm } from './apply.ts';
import { wrongFile } from './from-file.ts';

/** Imports files, or all `.json` files of folders. Resolves with the exit code. */
export async function importRoster(
  source: ImportSource,
  files: readonly string[],
  values: QuickValues,
  io: Io,
  confirm: Confirm,
): Promise<number> {
  const documents = await documentsIn(files, source === 'ics' ? '.ics' : '.json', io);
  const isAlone = flagOf(values, 'empty');
  const into = isAlone
    ? null
    : (await (await connect(values, io)).get<RosterTextJson>('/v1/roster/file?full=1')).text;
  const { importText } = await import('../../relay/roster-file/import.ts');
  const imported = importText(source, documents, into, {
    nowMs: Date.now(),
    by: actorOf(values, io.env),
    keepOurs: flagOf(values, 'merge'),
  });
  if (imported.problems.length > 0) throw wrongFile('the roster', imported.problems);
  const out = textOf(values, 'out');
  // With --json standard output is one document: that of the plan, or of the report where there is no plan.
  const report = reportText(imported, styleFor(io));
  if (out === undefined && !isAlone) {
    (flagOf(values, 'json') ? io.err : io.out)(report);
    return applyRoster(
      { name: 'the import', call: 'apply', body: { text: imported.text } },
      values,
      io,
      confirm,
    );
  }
  if (out === undefined)
    throw new CliError(
      EXIT.usage,
      'Where is the roster file to be written?',
      'Give --out roster.yaml with --empty.',
    );
  await writeFile(resolve(io.cwd, out), imported.text);
  show(
    io,
    values,
    { file: out, counts: imported.counts, notes: imported.notes },
    () =>
      `${report}${clean(out)} is written; look at it, then: relay roster check ${clean(out)} and relay roster apply ${clean(out)}\n`,
  );
  return EXIT.ok;
}

async function documentsIn(files: readonly string[], ending: string, io: Io): Promise<ImportDocument[]> {
  const paths: string[] = [];
  for (const file of files) {
    const path = resolve(io.cwd, file);
    try {
      const isFolder = (await stat(path)).isDirectory();
      if (isFolder)
        for (const name of (await readdir(path)).toSorted())
          if (name.endsWith(ending)) paths.push(join(path, name));
      if (!isFolder) paths.push(path);
    } catch (error) {
      throw unreadable(file, error);
    }
  }
  if (paths.length === 0)
    throw new CliError(
      EXIT.usage,
      `There is no ${ending} file in it.`,
      'See docs/migrating.md for what to export.',
    );
  return Promise.all(paths.map((path) => documentAt(path, ending)));
}

async function documentAt(path: string, ending: string): Promise<ImportDocument> {
  try {
    const text = await readFile(path, 'utf8');
    return { name: basename(path), value: ending === '.ics' ? text : (JSON.parse(text) as unknown) };
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(file: string, error: unknown): unknown {
  if (error instanceof SyntaxError)
    return new CliError(
      EXIT.usage,
      `${clean(file)} is no JSON: ${clean(error.message)}`,
      'Give what the API answered, as it was.',
    );
  if (!(error instanceof Error) || !('code' in error)) return error;
  return new CliError(EXIT.usage, `${clean(file)} can't be read (${String(error.code)}).`, 'Check its name.');
}

const HEADINGS: readonly [ImportNote['kind'], string][] = [
  ['taken', 'Came over:'],
  ['approximated', 'Came over, and will behave differently:'],
  ['left', 'Did not come over:'],
];

function reportText({ notes, counts }: ImportedText, style: Style): string {
  const parts = HEADINGS.flatMap(([kind, heading]) => {
    const lines = notes
      .filter((note) => note.kind === kind)
      .map((note) => `  ${clean(note.what)}: ${clean(note.text)}\n`);
    return lines.length === 0 ? [] : [`${style.bold(heading)}\n${lines.join('')}\n`];
  });
  const counted = Object.entries(counts).map(([what, count]) => `${count} ${what}`);
  return `${parts.join('')}${counted.join(', ')}\n\n`;
}
