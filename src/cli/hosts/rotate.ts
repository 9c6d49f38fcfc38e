/** `relay cluster rotate`: secrets made anew, in as many steps as it takes, with an apply after each. */
import type { Prepared, Wish } from '../../relay/hosts/apply/prepare.ts';
import type { Renewable } from '../../relay/hosts/secrets/renew.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io } from '../quick-command.ts';
import { type ChangeFlags, lookedFor, underLock, withCluster } from './at-it.ts';
import { progressTo, tookText } from './progress.ts';

const now = (): number => performance.now();

/** Each step is only begun when the hosts have all that was made before: one that was cut off is finished first. */
export async function rotateSecrets(
  wish: Wish,
  what: Renewable,
  flags: ChangeFlags,
  io: Io,
): Promise<number> {
  const again = `relay cluster rotate ${what}`;
  const begunMs = now();
  const { agreed } = await import('./agreed.ts');
  await agreed(`New ${what} for all hosts: daemons restart one after the other. Go on?`, flags.yes);
  const all = { ...flags, yes: true };
  const steps: string[] = [];
  await withCluster(wish, again, (prepared) => bringAll(prepared, again, all, io));
  const { renewSecrets } = await import('../../relay/hosts/secrets/renew.ts');
  for (;;) {
    const done = await withCluster(wish, again, ({ ground }) =>
      renewSecrets(ground.inventory, what, Date.now()),
    );
    io.err(`relay: ${done.done}\n`);
    steps.push(done.done);
    // The former passwords are good until their roles are dropped, which no file shows.
    const force = what === 'passwords' && done.next === 'apply';
    await withCluster(wish, again, (prepared) => bringAll(prepared, again, all, io, force));
    if (done.next === 'apply') break;
  }
  const tookMs = Math.round(now() - begunMs);
  if (flags.json) io.out(`${JSON.stringify({ rotated: what, steps, tookMs }, null, 2)}\n`);
  else io.out(`${steps.at(-1) ?? ''}; all hosts have it, in ${tookText(tookMs)}\n`);
  return EXIT.ok;
}

/** What apply does, without asking. `loginsToo`: also where all hosts are as they should be. */
async function bringAll(
  prepared: Prepared,
  again: string,
  flags: ChangeFlags,
  io: Io,
  loginsToo = false,
): Promise<void> {
  const [{ isDone }, { runPhases }, { PHASES }, { survey }, { logins }] = await Promise.all([
    import('../../relay/hosts/plan/types.ts'),
    import('../../relay/hosts/apply/run-phases.ts'),
    import('../../relay/hosts/apply/phases.ts'),
    import('../../relay/hosts/apply/survey.ts'),
    import('../../relay/hosts/apply/logins.ts'),
  ]);
  const phases = PHASES.map((phase) =>
    loginsToo && phase === logins ? { ...logins, wanted: () => true } : phase,
  );
  const looked = await lookedFor(prepared, io, true);
  if (looked.hosts.some(({ facts }) => facts.relay.current === null)) {
    throw new CliError(EXIT.failed, 'a host has no relay yet', 'relay cluster apply sets it up first.');
  }
  if (!loginsToo && looked.hosts.every(({ plan }) => isDone(plan))) return;
  await underLock(looked.hosts, again, '', flags, async (held) => {
    await prepared.keepSecrets();
    const { work } = await survey(held(prepared.ground));
    await runPhases(phases, work, progressTo(io), now);
  });
}
