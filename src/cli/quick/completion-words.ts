/**
 * `relay completion words --shell bash -- AT WORD...`: what could stand at the cursor, one a line. The scripts of
 * `relay completion` ask this at each Tab: it is quick, and silent whatever goes wrong.
 */
import type { NamesJson } from '../../relay/api/oncall-wire.ts';
import { connect } from '../client.ts';
import { bashWords, plainWords } from '../completion/shell-words.ts';
import { TABLE } from '../completion/table.ts';
import { isAsked, valuesOf } from '../completion/values.ts';
import { readTable, wanted, type Candidate } from '../completion/want.ts';
import type { Io, QuickCommand } from '../quick-command.ts';
import { clean } from '../render/style.ts';
import { textOf } from './values.ts';

/** A Tab that takes longer feels stuck: so long for everything, since the process began. */
const WHOLE_WAIT_MS = 140;
/** On a busy machine the start alone takes longer. */
const LEAST_WAIT_MS = 60;

export const quick: QuickCommand = {
  flags: { shell: { type: 'string' } },
  args: { min: 1, max: 10_000 },
  async run([at = '', ...words], values, io) {
    const shell = textOf(values, 'shell') ?? 'bash';
    const typed = (shell === 'bash' ? bashWords : plainWords)(words, Number(at));
    const want = wanted(readTable(TABLE), typed.before, typed.current);
    if (want.kind === 'files' || want.kind === 'folders') {
      io.out(`:${want.kind}\n`);
      return 0;
    }
    const names = isAsked(want.kind) ? await ask(typed.before, io) : null;
    const found = [...want.fixed, ...valuesOf(want.kind, names)].filter(({ value }) =>
      value.startsWith(want.start),
    );
    const seen = new Set<string>();
    for (const candidate of found) {
      if (seen.has(candidate.value)) continue;
      seen.add(candidate.value);
      io.out(line(shell, candidate, want.prefix, typed.kept));
    }
    return 0;
  },
};

function line(shell: string, { value, about }: Candidate, prefix: string, kept: number): string {
  if (shell === 'bash') return `${(prefix + value).slice(kept)}\n`;
  return `${prefix}${value}${about === '' ? '' : `\t${clean(about).slice(0, 60)}`}\n`;
}

/** Null: the daemon is away, slow, or nothing says where it is. */
async function ask(before: readonly string[], io: Io): Promise<NamesJson | null> {
  const at = before.indexOf('--config');
  const config = at === -1 ? before.find((word) => word.startsWith('--config='))?.slice(9) : before[at + 1];
  try {
    const client = await connect(config === undefined ? {} : { config }, io);
    return await client.get<NamesJson>('/v1/names', AbortSignal.timeout(waitMs(io)));
  } catch {
    // Whatever it is, a Tab is no place to tell of it: the command itself will.
    return null;
  }
}

/** RELAY_COMPLETION_WAIT_MS: for a daemon that is far away. */
function waitMs({ env }: Io): number {
  const said = Number(env['RELAY_COMPLETION_WAIT_MS']);
  if (Number.isInteger(said) && said > 0 && said <= 60_000) return said;
  return Math.max(LEAST_WAIT_MS, Math.round(WHOLE_WAIT_MS - performance.now()));
}
