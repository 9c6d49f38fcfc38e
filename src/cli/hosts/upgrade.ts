/** `relay cluster upgrade` and `rollback`: another release, host by host. */
import type { Prepared, Wish } from '../../relay/hosts/apply/prepare.ts';
import type { Step } from '../../relay/hosts/apply/rolling.ts';
import type { HostWork, Work } from '../../relay/hosts/apply/work.ts';
import type { Product } from '../../relay/hosts/plan/types.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io } from '../quick-command.ts';
import { type ChangeFlags, lookedFor, underLock, withCluster } from './at-it.ts';
import { progressTo, tookText } from './progress.ts';

/** `cassandra`: a tarball of it was named, so it is rolled too. */
export async function upgradeCluster(
  wish: Wish & { cassandra: boolean; relay: boolean },
  flags: ChangeFlags,
  io: Io,
): Promise<number> {
  const again = 'relay cluster upgrade';
  return withCluster({ ...wish, anyShape: true }, again, async (prepared) => {
    const work = await lookedFor(prepared, io, true);
    const todoOf = await upgradeTodo(wish, prepared);
    return rollAll(work, todoOf, { prepared, again, bring: true }, flags, io);
  });
}

/** What there is to roll, by how the hosts are found. */
type TodoOf = (work: Work) => Roll[];

interface Roll {
  product: Product;
  steps: Step[];
}

async function upgradeTodo(
  wish: Wish & { cassandra: boolean; relay: boolean },
  prepared: Prepared,
): Promise<TodoOf> {
  const [{ olderAmong, stepsTo }, { compareVersions }] = await Promise.all([
    import('../../relay/hosts/apply/rolling.ts'),
    import('../../relay/hosts/apply/tarballs.ts'),
  ]);
  return (work) => {
    const bare = work.hosts.filter(({ facts }) => facts.relay.current === null);
    if (bare.length > 0) {
      const names = bare.map(({ host }) => host.name).join(', ');
      throw new CliError(
        EXIT.failed,
        `there is no relay yet on ${names}`,
        'relay cluster apply sets it up first.',
      );
    }
    const todo: Roll[] = [];
    // Cassandra first: a newer relay may want it, and never the other way round.
    for (const product of [
      ...(wish.cassandra ? ['cassandra' as const] : []),
      ...(wish.relay ? ['relay' as const] : []),
    ]) {
      const steps = work.hosts.flatMap((one) => {
        const { version } = work.releaseFor(one, product);
        return stepsTo(version, [{ host: one.host.name, ...one.facts[product] }]);
      });
      const named = wish.releases?.[product] ?? prepared.ground.inventory.releases[product];
      const older = named === null ? olderAmong(steps, compareVersions) : null;
      if (older !== null) {
        throw new CliError(
          EXIT.failed,
          `${older.host} runs ${product} ${older.from}, and the newest at hand is ${older.to}`,
          'An older one has to be named: --release FILE. relay cluster rollback goes back by one.',
        );
      }
      if (steps.length > 0) todo.push({ product, steps });
    }
    return todo;
  };
}

/** Back to the release from before. */
export async function rollbackCluster(
  wish: Wish,
  product: Product,
  flags: ChangeFlags,
  io: Io,
): Promise<number> {
  const again = 'relay cluster rollback';
  return withCluster({ ...wish, anyShape: true }, again, async (prepared) => {
    const work = await lookedFor(prepared, io, true);
    const [{ stepsBack }, { compareVersions }] = await Promise.all([
      import('../../relay/hosts/apply/rolling.ts'),
      import('../../relay/hosts/apply/tarballs.ts'),
    ]);
    const todoOf: TodoOf = ({ hosts }) => {
      const found = hosts.map(({ host, facts }) => ({ host: host.name, ...facts[product] }));
      const steps = stepsBack(found, compareVersions);
      if (steps !== null) return [{ product, steps }];
      const each = found.map(
        ({ host, current, previous }) => `${host} ${current ?? 'none'}, before ${previous ?? 'none'}`,
      );
      throw new CliError(
        EXIT.failed,
        `there is no release of ${product} to go back to on all hosts alike: ${each.join('; ')}`,
        'Name the wanted one: relay cluster upgrade --release FILE takes an older tarball too.',
      );
    };
    return rollAll(work, todoOf, { prepared, again, bring: false }, flags, io);
  });
}

interface Rolling {
  prepared: Pick<Prepared, 'ground'>;
  again: string;
  /** The releases have to be brought first. */
  bring: boolean;
}

/**
 * Shows what `todoOf` says of the hosts as they were `looked` at, and asks. Under the lock they are looked at once more:
 * another may have changed them while nobody answered, and what was agreed to is what is done.
 */
export async function rollAll(
  looked: Work,
  todoOf: TodoOf,
  { prepared, again, bring }: Rolling,
  flags: ChangeFlags,
  io: Io,
): Promise<number> {
  const begunMs = performance.now();
  const todo = todoOf(looked);
  if (todo.length === 0) {
    io.out(
      flags.json
        ? `${JSON.stringify({ changed: [] }, null, 2)}\n`
        : 'nothing to do: all hosts run that release\n',
    );
    return EXIT.ok;
  }
  for (const { product, steps } of todo)
    for (const { host, from, to } of steps) io.err(`relay: ${host}: ${product} ${from} becomes ${to}\n`);
  await underLock(looked.hosts, again, 'Do this, one host after the other?', flags, async (held) => {
    const { runPhases, PhaseError } = await import('../../relay/hosts/apply/run-phases.ts');
    const { roll } = await import('../../relay/hosts/apply/rolling.ts');
    const { broughtFor, migratedBy, rollerOf } = await import('../../relay/hosts/apply/upgrade-phases.ts');
    const { survey } = await import('../../relay/hosts/apply/survey.ts');
    const { work, failures } = await survey(held(prepared.ground));
    if (failures.length > 0) throw new PhaseError('look', failures);
    if (JSON.stringify(todoOf(work)) !== JSON.stringify(todo))
      throw new CliError(
        EXIT.conflict,
        'nothing was done: the hosts have changed since they were looked at',
        `Run ${again} again.`,
      );
    const progress = progressTo(io);
    const now = (): number => performance.now();
    for (const { product, steps } of todo) {
      const before = bring
        ? [broughtFor(product, steps), ...(product === 'relay' ? [migratedBy(steps)] : [])]
        : [];
      await runPhases(before, work, progress, now);
      await roll(steps, rollerOf(product, work), progress, now);
    }
  });
  const changed = todo.flatMap(({ product, steps }) => steps.map((step) => ({ product, ...step })));
  const tookMs = Math.round(performance.now() - begunMs);
  if (flags.json) io.out(`${JSON.stringify({ changed, tookMs }, null, 2)}\n`);
  else {
    io.out(
      `${changed.length} ${changed.length === 1 ? 'change' : 'changes'} in ${tookText(tookMs)}; every host is well\n`,
    );
    await nudge(prepared, io);
  }
  return EXIT.ok;
}

/** A release may bring other files and units; they come by apply, which sees to them after its own order. */
async function nudge({ ground }: Pick<Prepared, 'ground'>, io: Io): Promise<void> {
  const [{ survey }, { isDone }] = await Promise.all([
    import('../../relay/hosts/apply/survey.ts'),
    import('../../relay/hosts/plan/types.ts'),
  ]);
  const { work } = await survey(ground);
  const open = work.hosts.filter(({ plan }: HostWork) => !isDone(plan));
  if (open.length === 0) return;
  io.out(`relay cluster apply has something to do on ${open.map(({ host }) => host.name).join(', ')}\n`);
}
