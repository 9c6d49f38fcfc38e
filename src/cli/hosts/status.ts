/** `relay cluster status` where a cluster.yaml is at hand: the hosts by ssh, and the verdict of one of their daemons. */
import type { ClusterJson } from '../../relay/cluster/wire.ts';
import type { MachineJson } from '../../relay/hosts/apply/machine-state.ts';
import type { Ground } from '../../relay/hosts/apply/survey.ts';
import type { Work } from '../../relay/hosts/apply/work.ts';
import { EXIT } from '../exit.ts';
import type { Io } from '../quick-command.ts';
import { renderCluster } from '../render/cluster.ts';
import { type Cell, table, widthFor } from '../render/layout.ts';
import { type Style, styleFor } from '../render/style.ts';

/** Exits with 1 where something is broken, drifted or out of reach. */
export async function statusOfHosts(file: string, json: boolean, io: Io): Promise<number> {
  const [{ prepare }, { survey }, { machineState, unreachedMachine }, { strangerFindings }] =
    await Promise.all([
      import('../../relay/hosts/apply/prepare.ts'),
      import('../../relay/hosts/apply/survey.ts'),
      import('../../relay/hosts/apply/machine-state.ts'),
      import('../../relay/hosts/secrets/stranger.ts'),
    ]);
  await using prepared = await prepare({ file, anyShape: true }, Date.now());
  io.err(`relay: looking at ${prepared.ground.inventory.hosts.map(({ name }) => name).join(', ')}\n`);
  const { work, failures } = await survey(withoutTarballs(prepared.ground));
  const found = new Map(work.hosts.map(({ host, facts }) => [host.name, facts]));
  for (const { host, what, cure } of strangerFindings(prepared.ground.secrets, found))
    io.err(`relay: ${host ?? ''}: ${what}: ${cure}\n`);
  const machines = prepared.ground.inventory.hosts.map(({ name }) => {
    const one = work.hosts.find(({ host }) => host.name === name);
    if (one !== undefined) return machineState(one, Date.now());
    const why = failures
      .find(({ host }) => host === name)
      ?.stderr.trim()
      .split('\n')
      .at(-1);
    return unreachedMachine(name, why ?? 'it was not looked at');
  });
  const told = await verdictOf(work);
  if (json) io.out(`${JSON.stringify({ ...(told ?? { verdict: 'unknown' }), machines }, null, 2)}\n`);
  else io.out(statusText(machines, told, io));
  const isWell = machines.every(({ problems }) => problems.length === 0) && told?.problems.length === 0;
  return isWell ? EXIT.ok : EXIT.failed;
}

/** Nothing is brought, so nothing need be at hand. */
const withoutTarballs = (ground: Ground): Ground => ({
  ...ground,
  release: (product, arch) => {
    try {
      return ground.release(product, arch);
    } catch {
      return { product, version: 'none at hand', path: '', sha256: '' };
    }
  },
});

/** By the first host whose daemon answers; null: none does. */
async function verdictOf({ hosts }: Work): Promise<ClusterJson | null> {
  const { lookAtRelay } = await import('../../relay/hosts/apply/health.ts');
  for (const { remote, facts } of hosts) {
    if (facts.relay.current === null) continue;
    try {
      const { told } = await lookAtRelay(remote);
      if (told !== null) return told;
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'HostError') throw error;
    }
  }
  return null;
}

function statusText(machines: readonly MachineJson[], told: ClusterJson | null, io: Io): string {
  const style = styleFor(io);
  const width = widthFor(io);
  const heads = ['HOST', 'RELAY', 'CASSANDRA', 'UNITS', 'FILES', 'FIREWALL', 'DISK', 'CLOCK', 'CERTIFICATE'];
  const rows = machines.map((one) => rowOf(one, style));
  const verdict =
    told === null
      ? `${style.red('No daemon answers on any host.')}\n`
      : renderCluster(told, style, width, Date.now());
  const problems = machines.flatMap(({ name, problems: all }) =>
    all.map((problem) => `${style.red('✗')} ${style.bold(name)} ${problem}\n`),
  );
  return `${verdict}\n${table([heads.map((text) => ({ text, style: style.dim })), ...rows], width)}${problems.join('')}`;
}

function rowOf(one: MachineJson, style: Style): (Cell | string)[] {
  const name = { text: one.name, style: style.bold };
  if (!one.reached) return [name, { text: 'out of reach', style: style.red }, '', '', '', '', '', '', ''];
  const states = Object.values(one.units);
  const running = states.filter((state) => state === 'running').length;
  const well = (text: string, isWell: boolean): Cell => ({ text, style: isWell ? style.green : style.red });
  return [
    name,
    one.relay ?? '-',
    one.cassandra ?? '-',
    well(`${running}/${states.length}`, running === states.length),
    well(
      one.driftedFiles.length === 0 ? 'as said' : `${one.driftedFiles.length} off`,
      one.driftedFiles.length === 0,
    ),
    well(one.firewallDrifted ? 'changed' : 'as said', !one.firewallDrifted),
    one.diskFreeMb === null ? '-' : `${(one.diskFreeMb / 1024).toFixed(1)} GB`,
    one.clockOffsetMs === null ? '-' : `${one.clockOffsetMs} ms`,
    one.certificateEnds?.slice(0, 10) ?? '-',
  ];
}
