import { PURE_FOLDERS } from './directions.ts';
import type { Source } from './sources.ts';
import { findings, withoutComments } from './sources.ts';

/** What a pure function can't know: the time, chance, the machine it runs on. */
const IMPURE: [RegExp, string][] = [
  [/\bDate\.now\b|\bnew Date\(\s*\)|\bTemporal\.Now\b|\bperformance\.\w+/, 'reads a clock'],
  [/\bMath\.random\b|\brandom(?:UUID|Bytes|Int)\b|\bgetRandomValues\b/, 'asks for chance'],
  [/\bset(?:Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/, 'starts a timer'],
  [/\bprocess\.\w+|\bconsole\.\w+|\bfetch\(|\bglobalThis\b/, 'reaches outside'],
  [/['"]node:(?!crypto['"])\w+/, 'uses a builtin of Node'],
];

/** Each use of clock, chance or I/O in the pure folders. */
export function impurities(sources: Source[]): string[] {
  return sources
    .filter((source) => PURE_FOLDERS.some((folder) => source.path.startsWith(folder)))
    .flatMap((source) => {
      const code = withoutComments(source.text);
      return IMPURE.flatMap(([pattern, what]) => findings(source, pattern, what, code));
    });
}

/** Marks for later that don't say, in brackets right behind, why it is not done now. */
export function bareReminders(sources: Source[]): string[] {
  return sources.flatMap((source) =>
    findings(source, /\b(?:TODO|FIXME)\b(?!\([^)\n]{10,}\))[^\n]*/, 'a reminder without a reason'),
  );
}

/** Tests that don't run, or keep others from running. */
export function silencedTests(sources: Source[]): string[] {
  return sources.flatMap((source) => {
    const code = withoutComments(source.text);
    const silenced = findings(
      source,
      /\b(?:it|test|describe|suite|bench)(?:\.\w+)*\.(?:only|skip|todo|fails)\b/,
      'a test that is switched off, or switches others off',
      code,
    );
    const lines = source.text.split('\n');
    const unexplained = lines.flatMap((line, at) =>
      /\.(?:skipIf|runIf)\(/.test(line) && !/^\s*(?:\/\/|\*)/.test(lines[at - 1] ?? '')
        ? [`${source.path}:${at + 1}: a test that runs only sometimes, with no comment above that says why`]
        : [],
    );
    return [...silenced, ...unexplained];
  });
}

/** Ways around the compiler. */
export function typeEscapes(sources: Source[]): string[] {
  return sources.flatMap((source) => {
    const code = withoutComments(source.text);
    return [
      ...findings(source, /\bas any\b|<any>|[:|] any\b(?=[\s,;)\]=>|[])/, 'any', code),
      ...findings(source, /@ts-(?:ignore|nocheck)\b/, 'the compiler switched off'),
      ...findings(source, /@ts-expect-error(?!:? \S+ \S+)/, 'an expected error without a reason'),
    ];
  });
}

/** Paths of a machine where somebody built this, and home folders. Documentation may say what a user's own is. */
export function machinePaths(sources: Source[]): string[] {
  const pattern = /(?<![\w.@~$}-])\/(?:work|root|home|Users|mnt|workspace)\/[\w.-]+/;
  return sources.flatMap((source) => findings(source, pattern, 'names a path of one machine'));
}

/** Files longer than `limit` lines that nobody allowed, and permissions that are no longer needed. */
export function longFiles(sources: Source[], limit: number, allowed: ReadonlyMap<string, string>): string[] {
  const long = sources
    .map((source) => ({ path: source.path, lines: source.text.split('\n').length - 1 }))
    .filter((one) => one.lines > limit);
  const unneeded = [...allowed.keys()].filter((path) => !long.some((one) => one.path === path));
  return [
    ...long
      .filter((one) => !allowed.has(one.path))
      .map(
        (one) =>
          `${one.path} has ${one.lines} lines: give each of its ideas a file, or allow it with a reason`,
      ),
    ...unneeded.map((path) => `${path} is allowed to be long and isn't: take it off the list`),
  ];
}

/**
 * Exported functions and classes without a doc comment. The comment that a file opens with is enough for its only one,
 * and for the one that bears the file's name (`Lane` in lane.ts).
 */
export function undocumented(sources: Source[]): string[] {
  return sources.flatMap((source) => {
    const lines = source.text.split('\n');
    const opensWithComment = /^(?:#![^\n]*\n)?\/\*\*/.test(source.text);
    const exported = lines.flatMap((line, at) => {
      const match = /^export (?:default )?(?:async )?(?:abstract )?(?:function\*?|class) (\w+)/.exec(line);
      return match === null ? [] : [{ name: match[1] ?? '', at }];
    });
    return (
      exported
        .filter(({ at }) => !(lines[at - 1] ?? '').trimEnd().endsWith('*/'))
        // An overload's comment stands above its first signature.
        .filter(
          ({ name, at }) =>
            !lines.slice(0, at).some((line) => new RegExp(`function ${name}\\(.*;$`).test(line)),
        )
        .filter(({ name }) => !(opensWithComment && (exported.length === 1 || isNamedFor(source.path, name))))
        .map(({ name, at }) => `${source.path}:${at + 1}: ${name} has no doc comment`)
    );
  });
}

function isNamedFor(path: string, name: string): boolean {
  const file = path.replace(/^.*\//, '').replace(/\.ts$/, '').replaceAll('-', '');
  return name.toLowerCase().startsWith(file.toLowerCase());
}
