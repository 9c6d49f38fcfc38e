/** `relay cluster remove`: one host leaves the others, or relay leaves all of them. */
import type { Prepared, Wish } from '../../relay/hosts/apply/prepare.ts';
import type { Ground } from '../../relay/hosts/apply/survey.ts';
import type { AnyPhase, HostWork, Work } from '../../relay/hosts/apply/work.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io } from '../quick-command.ts';
import { type ChangeFlags, lookedFor, underLock, withCluster } from './at-it.ts';
import { progressTo, tookText } from './progress.ts';

export interface RemoveFlags extends ChangeFlags {
  purge: boolean;
  force: boolean;
}

const now = (): number => performance.now();

/** Relay leaves every host. */
export async function removeAll(wish: Wish, flags: RemoveFlags, io: Io): Promise<number> {
  const again = 'relay cluster remove --all';
  return withCluster({ ...wish, anyShape: true }, again, async (prepared) => {
    const begunMs = now();
    // Also where the secrets were lost: nothing of them is needed any more.
    const work = await lookedFor(lenient(prepared), io, !flags.force, { strangers: flags.force });
    const names = work.hosts.map(({ host }) => host.name).join(', ');
    const question = flags.purge
      ? `Remove relay and everything it knows, alerts and backups included, from ${names}?`
      : `Remove relay from ${names}? Its data stays there.`;
    await underLock(work.hosts, again, question, flags, async () => {
      const { runPhases } = await import('../../relay/hosts/apply/run-phases.ts');
      await runPhases(await leaving(() => true, flags.purge), work, progressTo(io), now);
    });
    const tookMs = Math.round(now() - begunMs);
    const removed = work.hosts.map(({ host }) => host.name);
    if (flags.json) io.out(`${JSON.stringify({ removed, purged: flags.purge, tookMs }, null, 2)}\n`);
    else {
      io.out(`relay is gone from ${names} in ${tookText(tookMs)}; Debian's packages stay\n`);
      if (!flags.purge)
        io.out('data stays in /var/lib/relay* and /var/backups/relay; --purge removes it too\n');
    }
    return EXIT.ok;
  });
}

/** One host leaves for good: the others take over, and cluster.yaml no longer has it. */
export async function removeHost(wish: Wish, name: string, flags: RemoveFlags, io: Io): Promise<number> {
  const again = `relay cluster remove ${name}`;
  return withCluster({ ...wish, anyShape: true }, again, async (prepared) => {
    const begunMs = now();
    const { ground } = prepared;
    const spec = ground.inventory.hosts.find((host) => host.name === name);
    if (spec === undefined) throw unknownHost(name, ground);
    const [
      { inventoryWithout, layoutProblems, removeFromFile },
      { survey },
      { runPhases, PhaseError },
      { PHASES },
      { logins },
      { schema },
    ] = await Promise.all([
      import('../../relay/hosts/apply/without.ts'),
      import('../../relay/hosts/apply/survey.ts'),
      import('../../relay/hosts/apply/run-phases.ts'),
      import('../../relay/hosts/apply/phases.ts'),
      import('../../relay/hosts/apply/logins.ts'),
      import('../../relay/hosts/apply/schema.ts'),
    ]);
    const rest: Ground = { ...ground, inventory: inventoryWithout(ground.inventory, name) };
    const broken = layoutProblems(rest.inventory.hosts);
    if (broken.length > 0 && !flags.force) {
      throw new CliError(
        EXIT.failed,
        `without ${name} the layout would break: ${broken.join('; ')}`,
        'relay cluster replace puts a new machine in its place. --force removes it all the same.',
      );
    }
    const work = await lookedFor(prepared, io, false);
    const one = work.hosts.find(({ host }) => host.name === name) ?? null;
    const others = work.hosts.filter(({ host }) => host.name !== name);
    if (others.length < rest.inventory.hosts.length)
      throw new CliError(EXIT.failed, 'nothing was done: all hosts that stay must answer, see above');
    const question = `${name} leaves${one === null ? ', which does not answer,' : ''} and the others take over what it holds. Go on?`;
    await underLock(work.hosts, again, question, flags, async (held) => {
      const progress = progressTo(io);
      await runPhases(await letGo(one, spec.address, others), work, progress, now);
      const surveyed = await survey(held(rest));
      if (surveyed.failures.length > 0) throw new PhaseError('look', surveyed.failures);
      await prepared.keepSecrets();
      // Logins and tables stay as they are where the layout is broken: they wait for the host to come.
      const phases =
        broken.length === 0 ? PHASES : PHASES.filter((phase) => phase !== logins && phase !== schema);
      await runPhases(phases, surveyed.work, progress, now);
      await runPhases(await leaving(({ host }) => host.name === name, flags.purge), work, progress, now);
      await removeFromFile(ground.inventory.path, name);
    });
    const tookMs = Math.round(now() - begunMs);
    if (flags.json) io.out(`${JSON.stringify({ removed: [name], purged: flags.purge, tookMs }, null, 2)}\n`);
    else {
      io.out(`${name} has left in ${tookText(tookMs)}, and cluster.yaml no longer has it\n`);
      io.out('take its names out of DNS too\n');
    }
    return EXIT.ok;
  });
}

/** What it alone has accepted goes to the store; its daemon drains; its node leaves, or the others let a dead one go. */
async function letGo(
  one: HostWork | null,
  address: string,
  others: readonly HostWork[],
): Promise<AnyPhase[]> {
  const [{ mayGo, removeNode }, { spoolEmpty }, { stopRelay }] = await Promise.all([
    import('../../relay/hosts/apply/remove-node.ts'),
    import('../../relay/hosts/apply/spool-empty.ts'),
    import('../../relay/hosts/apply/take-away.ts'),
  ]);
  const leave = { leaving: one, address, others };
  return [
    {
      name: 'look at the nodes',
      wanted: () => true,
      whole: async () => void (await mayGo(leave)),
    },
    {
      name: 'spool',
      hosts: () => (one === null ? [] : [one]),
      atOnce: 1,
      run: ({ remote }, _work, say) => spoolEmpty(remote, say),
    },
    {
      name: 'drain',
      hosts: () => (one === null ? [] : [one]),
      atOnce: 1,
      run: ({ remote }, _work, say) => stopRelay(remote, say),
    },
    {
      name: 'Cassandra',
      wanted: () => true,
      whole: (_work: Work, say) => removeNode(leave, say),
    },
  ];
}

/** All stop before anything is removed: a node that is gone is missed by those that still run. */
async function leaving(who: (one: HostWork) => boolean, purge: boolean): Promise<AnyPhase[]> {
  const { stopEverything, takeAway } = await import('../../relay/hosts/apply/take-away.ts');
  const hosts = (work: Work): HostWork[] => work.hosts.filter(who);
  return [
    { name: 'stop', hosts, atOnce: 5, run: ({ remote }, _work, say) => stopEverything(remote, say) },
    { name: 'remove', hosts, atOnce: 5, run: ({ remote }, _work, say) => takeAway(remote, purge, say) },
  ];
}

/** Nothing is brought, so no tarball need be at hand. */
function lenient(prepared: Prepared): Prepared {
  const { ground } = prepared;
  return {
    ...prepared,
    ground: {
      ...ground,
      release: (product, arch) => {
        try {
          return ground.release(product, arch);
        } catch {
          return { product, version: 'none at hand', path: '', sha256: '' };
        }
      },
    },
  };
}

/** Names those that there are. */
export const unknownHost = (name: string, { inventory }: Ground): CliError =>
  new CliError(
    EXIT.notFound,
    `cluster.yaml has no host ${name}`,
    `It has ${inventory.hosts.map((host) => host.name).join(', ')}.`,
  );
