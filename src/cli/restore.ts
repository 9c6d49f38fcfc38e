/** `relay restore`: what it asks for, and what it says when it is done. */
import { restore } from '../relay/backup/restore.ts';
import type { Restored } from '../relay/backup/restore.ts';
import { unpack } from '../relay/backup/unpack.ts';
import { loadConfigApart } from '../relay/config/load-apart.ts';
import { secretsOf } from '../relay/config/secrets.ts';
import { setupClock } from '../relay/setup/clock.ts';
import { progressOf, told } from './backup.ts';
import type { Io } from './quick-command.ts';

export interface RestoreWish {
  file: string;
  config: string | undefined;
  dryRun: boolean;
}

/** Rejects with CliError or ConfigError, saying what to do. */
export async function restoreOne({ file, config: flag, dryRun }: RestoreWish, io: Io): Promise<Restored> {
  const config = await loadConfigApart({ flag, env: io.env, cwd: io.cwd });
  const say = (text: string): void => io.err(`relay: ${text}\n`);
  return told(() =>
    restore({
      path: file,
      config,
      secrets: secretsOf(config, io.env, say),
      clock: setupClock,
      // What matters of the driver's warnings is in the error.
      log: { info: () => {}, warn: () => {}, error: () => {} },
      dryRun,
      onStep: say,
      onProgress: progressOf(io, 'went through'),
    }),
  );
}

/** Rejects with CliError where one of the files is there already. */
export const unpackOne = (file: string, folder: string): Promise<string[]> =>
  told(() => unpack(file, folder));

/** What happened, and what comes next. */
export function restoredText({
  from,
  at,
  store,
  pieces,
  openIncidents,
  files,
  missing,
  dryRun,
}: Restored): string {
  const incidents = `${openIncidents} open incident${openIncidents === 1 ? '' : 's'}`;
  const much = `${pieces.toLocaleString('en')} pieces, ${incidents}`;
  if (dryRun) return `${from} can be restored into ${store}: ${much}. Nothing was changed.\n`;
  const lines = [
    `${from} is in ${store}: ${much}.`,
    ...files.map((file) => `put back ${file}`),
    ...missing.map(
      (file) => `missing ${file}: write the password into it, with mode 600, before relay is started`,
    ),
    'Next: start relay (installed: systemctl start relay), then look at relay status and relay incidents.',
    `What was open at ${at} is open again and escalates: acknowledge or resolve what has been dealt with since.`,
    'Of several hosts: each needs the same keys; delete last-seen.json in cluster.spool of each before it is started.',
  ];
  return `${lines.join('\n')}\n`;
}
