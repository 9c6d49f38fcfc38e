/** `relay cluster apply`: the plan, a yes, then phase by phase under a lock. */
import type { Prepared, Wish } from '../../relay/hosts/apply/prepare.ts';
import { isDone, type Plan } from '../../relay/hosts/plan/types.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io } from '../quick-command.ts';
import { agreed } from './agreed.ts';
import { unlessInterrupted } from './at-it.ts';
import { toldOf } from './failure.ts';
import { isRefused, lookedAt, showPlan } from './plan.ts';
import { progressTo, tookText } from './progress.ts';

export interface ApplyFlags {
  yes: boolean;
  json: boolean;
  'force-unlock': boolean;
}

const AGAIN = 'relay cluster apply';

/** Exits with 0 when every host is as cluster.yaml says. */
export async function applyCluster(wish: Wish, flags: ApplyFlags, io: Io): Promise<number> {
  const begunMs = performance.now();
  const { prepare } = await import('../../relay/hosts/apply/prepare.ts');
  await using prepared = await prepare(wish, Date.now());
  const { plan } = await lookedAt(prepared, io);
  if (!flags.json) await showPlan(plan, prepared.ground.inventory, false, io);
  if (isRefused(plan)) {
    if (flags.json) io.out(`${JSON.stringify({ ...plan, applied: false }, null, 2)}\n`);
    else throw new CliError(EXIT.failed, 'nothing was done: see what is refused above');
    return EXIT.failed;
  }
  const nothing = plan.hosts.every(isDone);
  if (!nothing) await agreed('Apply this?', flags.yes);
  try {
    await run(prepared, plan, flags, io);
  } catch (error) {
    throw toldOf(error, AGAIN);
  }
  const tookMs = performance.now() - begunMs;
  if (flags.json)
    io.out(`${JSON.stringify({ ...plan, applied: true, tookMs: Math.round(tookMs) }, null, 2)}\n`);
  else io.out(`${nothing ? 'nothing was changed' : 'applied'} in ${tookText(tookMs)}\n`);
  return EXIT.ok;
}

/** Under the lock everything is looked at once more: what was agreed to is what is done. */
async function run(prepared: Prepared, agreedTo: Plan, flags: ApplyFlags, io: Io): Promise<void> {
  const [{ takeLock }, { survey }, { runPhases, PhaseError }, { PHASES }] = await Promise.all([
    import('../../relay/hosts/apply/lock.ts'),
    import('../../relay/hosts/apply/survey.ts'),
    import('../../relay/hosts/apply/run-phases.ts'),
    import('../../relay/hosts/apply/phases.ts'),
  ]);
  const { ground } = prepared;
  await using lock = await takeLock(
    ground.inventory.hosts.map(ground.remote),
    'apply',
    flags['force-unlock'],
  );
  await unlessInterrupted(lock, async () => {
    const { work, failures } = await survey({
      ...ground,
      // Whoever slept through his own lock does nothing more.
      remote: (host) => lock.held(ground.remote(host)),
    });
    if (failures.length > 0) throw new PhaseError('look', failures);
    const plans = work.hosts.map(({ plan }) => plan);
    if (!flags.yes && JSON.stringify(plans) !== JSON.stringify(agreedTo.hosts)) {
      throw new CliError(
        EXIT.conflict,
        'the hosts have changed since the plan was shown',
        `Run ${AGAIN} again.`,
      );
    }
    await prepared.keepSecrets();
    await runPhases(PHASES, work, progressTo(io), () => performance.now());
  });
  const lost = lock.lost();
  if (lost !== null)
    throw new CliError(EXIT.conflict, `${lost} was taken over by another ${AGAIN} meanwhile`);
}
