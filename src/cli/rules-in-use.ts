/** By whose rules a command goes: those of a file, of the daemon, or none. */
import type { RuleSet } from '../relay/events/offline.ts';
import { connect } from './client.ts';
import { CliError } from './exit.ts';
import type { Io, QuickValues } from './quick-command.ts';
import { rosterText, wrongFile } from './roster/from-file.ts';

/** A daemon that is busy is not waited for: what a mail becomes can be told without it. */
const DAEMON_WAIT_MS = 3_000;

/** Of a roster file. Rejects with CliError (usage) naming everything that is wrong with it. */
export async function rulesOfFile(file: string, io: Pick<Io, 'cwd'>, nowMs: number): Promise<RuleSet> {
  const text = await rosterText(file, io);
  const { rulesFromText } = await import('../relay/roster-file/offline.ts');
  const { problems, rules } = rulesFromText(text, nowMs);
  if (rules === null) throw wrongFile(file, problems);
  return rules;
}

/** Of the daemon's roster; rejects as `connect` and its calls do. */
export async function rulesOfDaemon(values: QuickValues, io: Pick<Io, 'env' | 'cwd'>): Promise<RuleSet> {
  const client = await connect(values, io);
  return client.get<RuleSet>('/v1/rules', AbortSignal.timeout(DAEMON_WAIT_MS));
}

/** Of the daemon where there is one that answers; else why not. */
export async function rulesInUse(
  values: QuickValues,
  io: Pick<Io, 'env' | 'cwd'>,
): Promise<{ rules: RuleSet } | { rules: null; why: string }> {
  try {
    return { rules: await rulesOfDaemon(values, io) };
  } catch (error) {
    // A broken configuration, or none, is no reason not to read a mail.
    if (error instanceof CliError || (error instanceof Error && error.name === 'ConfigError'))
      return { rules: null, why: error.message };
    throw error;
  }
}
