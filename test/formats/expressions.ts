/** Every regular expression in a folder's sources, and what is known of the time that it takes. */
import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join, relative } from 'node:path';
import { parse } from 'acorn';
import { simple } from 'acorn-walk';
import { analyse } from 'scslre';

export interface Expression {
  /** Path below the folder, and the line. */
  at: string;
  source: string;
  flags: string;
}

export interface Found {
  literals: Expression[];
  /** Where one is made of a text as the program runs: what it takes can't be read off the source. */
  made: string[];
}

/** Those of all .ts files below `folder`. */
export function expressionsIn(folder: string): Found {
  const found: Found = { literals: [], made: [] };
  for (const name of globSync('**/*.ts', { cwd: folder }).toSorted()) {
    const path = join(folder, name);
    const file = relative(folder, path);
    const script = stripTypeScriptTypes(readFileSync(path, 'utf8'));
    const makes = (callee: unknown): boolean =>
      typeof callee === 'object' && callee !== null && 'name' in callee && callee.name === 'RegExp';
    simple(parse(script, { sourceType: 'module', ecmaVersion: 'latest', locations: true }), {
      Literal({ regex, loc }) {
        if (regex === undefined || regex === null) return;
        const at = `${file}:${loc?.start.line ?? 0}`;
        found.literals.push({ at, source: regex.pattern, flags: regex.flags });
      },
      NewExpression({ callee }) {
        if (makes(callee)) found.made.push(file);
      },
      CallExpression({ callee }) {
        if (makes(callee)) found.made.push(file);
      },
    });
  }
  return found;
}

/** How it may take more than time in proportion to what it looks through; empty when it can't, as far as can be proven. */
export function whySlow({ source, flags }: Pick<Expression, 'source' | 'flags'>): string[] {
  const { reports } = analyse({ source, flags }, { reportTypes: { Move: true, Self: true, Trade: true } });
  return reports.map((report) => {
    const grows = report.exponential ? 'exponential' : 'polynomial';
    switch (report.type) {
      case 'Trade':
        return `${grows}: ${report.startQuant.raw} and ${report.endQuant.raw} take from each other`;
      case 'Self':
        return `${grows}: ${report.quant.raw} takes from itself`;
      default:
        return `${grows}: ${report.quant.raw} is begun anew at each place`;
    }
  });
}
