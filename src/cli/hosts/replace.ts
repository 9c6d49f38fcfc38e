/** `relay cluster replace`: a dead host comes back on new hardware, with its name and its place in the ring. */
import { isIP } from 'node:net';
import type { Wish } from '../../relay/hosts/apply/prepare.ts';
import type { AnyPhase, HostWork } from '../../relay/hosts/apply/work.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io } from '../quick-command.ts';
import { type ChangeFlags, lookedFor, refuseUnfit, underLock, withCluster } from './at-it.ts';
import { progressTo, tookText } from './progress.ts';
import { unknownHost } from './remove.ts';

const now = (): number => performance.now();

/** `deadAddress`: where the dead one was reached; undefined: where cluster.yaml says the new one is. */
export async function replaceHost(
  wish: Wish,
  name: string,
  deadAddress: string | undefined,
  flags: ChangeFlags,
  io: Io,
): Promise<number> {
  const again = `relay cluster replace ${name}`;
  if (deadAddress !== undefined && isIP(deadAddress) === 0) {
    throw new CliError(
      EXIT.usage,
      `--from: expected the address that the dead host had, such as 192.0.2.9, got ${JSON.stringify(deadAddress)}`,
      'It stood in cluster.yaml; nodetool status on another host shows it too.',
    );
  }
  return withCluster(wish, again, async (prepared) => {
    const begunMs = now();
    const { ground } = prepared;
    const spec = ground.inventory.hosts.find((host) => host.name === name);
    if (spec === undefined) throw unknownHost(name, ground);
    const looked = await lookedFor(prepared, io, true);
    await refuseUnfit(ground, looked, io);
    const question = `Set up ${name} (${spec.address}) in place of the dead host at ${deadAddress ?? spec.address}?`;
    await underLock(looked.hosts, again, question, flags, async (held) => {
      const [{ survey }, { runPhases, PhaseError }, { PHASES }] = await Promise.all([
        import('../../relay/hosts/apply/survey.ts'),
        import('../../relay/hosts/apply/run-phases.ts'),
        import('../../relay/hosts/apply/phases.ts'),
      ]);
      const { work, failures } = await survey(held(ground));
      if (failures.length > 0) throw new PhaseError('look', failures);
      const one = work.hosts.find(({ host }) => host.name === name);
      if (one === undefined) throw unknownHost(name, ground);
      const others = work.hosts.filter(({ host }) => host.name !== name);
      await prepared.keepSecrets();
      const phases = await withReplacement(PHASES, one, deadAddress ?? spec.address, others);
      await runPhases(phases, work, progressTo(io), now);
    });
    const tookMs = Math.round(now() - begunMs);
    if (flags.json) io.out(`${JSON.stringify({ replaced: name, tookMs }, null, 2)}\n`);
    else io.out(`${name} is back in ${tookText(tookMs)}\n`);
    return EXIT.ok;
  });
}

/** Apply's own phases, with the node in the dead one's place before any other node is looked at. */
async function withReplacement(
  phases: readonly AnyPhase[],
  one: HostWork,
  deadAddress: string,
  others: readonly HostWork[],
): Promise<AnyPhase[]> {
  const [{ replaceNode }, { nodesUp }] = await Promise.all([
    import('../../relay/hosts/apply/replace-node.ts'),
    import('../../relay/hosts/apply/nodes-up.ts'),
  ]);
  const replacement: AnyPhase = {
    name: 'replacement',
    wanted: () => true,
    whole: (_work, say) => replaceNode(one, deadAddress, others, say),
  };
  return phases.flatMap((phase) => (phase === nodesUp ? [replacement, phase] : [phase]));
}
