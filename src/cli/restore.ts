/** `relay restore`: what it asks for, and what it says when it is done. */
import { restore } from '../relay/backup/restore.ts';
import type { Restored } from '../relay/backup/restore.ts';
import { unpack } from '../relay/backup/unpack.ts';
import { loadConfigApart } from '../relay/config/load-apart.ts';
import { findConfig, NO_SUCH_FILE, type Where } from '../relay/config/search.ts';
import { secretsOf } from '../relay/config/secrets.ts';
import { ConfigError, type Config } from '../relay/config/types.ts';
import { setupClock } from '../relay/setup/clock.ts';
import { progressOf, told } from './backup.ts';
import { CliError, EXIT } from './exit.ts';
import type { Io } from './quick-command.ts';

export interface RestoreWish {
  file: string;
  config: string | undefined;
  dryRun: boolean;
}

/** Rejects with CliError or ConfigError, saying what to do. */
export async function restoreOne({ file, config: flag, dryRun }: RestoreWish, io: Io): Promise<Restored> {
  const config = await configFor(file, { flag, env: io.env, cwd: io.cwd });
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

/** Who needs a restore may have lost relay.yaml too, and has it in the backup. */
async function configFor(file: string, where: Where): Promise<Config> {
  let why = 'there is neither ./relay.yaml nor /etc/relay/relay.yaml';
  const found = await findConfig(where).catch((error: unknown) => {
    if (!(error instanceof ConfigError) || !error.message.includes(NO_SUCH_FILE)) throw error;
    why = error.message.replace(/;[^;]*$/u, '');
    return null;
  });
  if (found !== null) return loadConfigApart(where);
  throw new CliError(
    EXIT.usage,
    `No configuration says where to: ${why}.`,
    `The one in the backup comes out, with the keys, by: relay restore ${file} --unpack DIR`,
  );
}

/** Rejects with CliError where the backup isn't whole, or one of the files is there already. */
export const unpackOne = (file: string, folder: string, io: Io): Promise<string[]> =>
  told(() => unpack(file, folder, progressOf(io, 'went through')));

/** What happened, and what comes next. */
export function restoredText({
  from,
  at,
  store,
  pieces,
  openIncidents,
  nextIncident,
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
    ...(nextIncident === null
      ? []
      : [
          `The next incident is #${nextIncident}: numbers and reply codes that may have been handed out since then are passed over, so that no old text answers for a new incident.`,
        ]),
    'Of several hosts: each needs the same keys; delete last-seen.json in cluster.spool of each before it is started.',
  ];
  return `${lines.join('\n')}\n`;
}
