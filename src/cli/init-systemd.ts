/** `relay init --systemd`: what the machine is asked, and what is printed. The steps are in src/relay/setup/systemd/. */
import type { Installation } from '../relay/setup/installation.ts';
import { CliError, EXIT } from './exit.ts';
import { confirmed } from './terminal.ts';

export interface SystemdFlags {
  release: string | undefined;
  remove: boolean;
  purge: boolean;
  yes: boolean;
  json: boolean;
}

/** Installs, upgrades or removes; prints what was done. Rejects with CliError, or with what `init` rejects with. */
export async function initSystemd(flags: SystemdFlags, init: () => Promise<Installation>): Promise<void> {
  const [{ SystemdError, thisMachine }, told] = await Promise.all([
    import('../relay/setup/systemd/system.ts'),
    import('../relay/setup/systemd/told.ts'),
  ]);
  const system = thisMachine((text) => void process.stderr.write(`relay: ${text}\n`));
  try {
    if (flags.remove) {
      const { removeSystemd } = await import('../relay/setup/systemd/remove.ts');
      if (flags.purge && !flags.yes) await sure(system.places.data);
      const removed = await removeSystemd(system, flags.purge);
      process.stdout.write(flags.json ? `${JSON.stringify(removed)}\n` : told.removedText(removed));
      return;
    }
    const { installSystemd } = await import('../relay/setup/systemd/install.ts');
    const installed = await installSystemd({ system, file: flags.release, init, env: process.env });
    const { installation, ...rest } = installed;
    process.stdout.write(
      flags.json
        ? `${JSON.stringify({ ...installation, ...rest })}\n`
        : told.installedText(installed, process.cwd()),
    );
  } catch (error) {
    if (error instanceof SystemdError) throw new CliError(EXIT.failed, error.message);
    throw error;
  }
}

async function sure(folders: string[]): Promise<void> {
  const answer = await confirmed(
    `Every incident, key and person in ${folders.join(' and ')} goes. Sure? [y/N] `,
  );
  if (answer === null)
    throw new CliError(
      EXIT.usage,
      '--purge removes every incident and key: say so with --yes, nobody can be asked here',
    );
  if (!answer) throw new CliError(EXIT.failed, 'nothing was removed');
}
