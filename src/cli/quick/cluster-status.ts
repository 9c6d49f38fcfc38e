/**
 * `relay cluster status`: all hosts, nodes and datacenters. It exits with 0 when nothing is broken, with 1 when
 * something is, and with 3 when no daemon answers here: then it says what could be found without one. With a
 * cluster.yaml at hand it looks at the hosts themselves.
 */
import type { ClusterJson } from '../../relay/cluster/wire.ts';
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io, QuickCommand, QuickValues } from '../quick-command.ts';
import { renderCluster } from '../render/cluster.ts';
import { widthFor } from '../render/layout.ts';
import { styleFor } from '../render/style.ts';
import { clusterFile } from '../hosts/where.ts';
import { flagOf, show, textOf } from './values.ts';

export const quick: QuickCommand = {
  flags: { file: { type: 'string', short: 'f' } },
  args: { min: 0, max: 0 },
  async run(_args, values, io) {
    const file = askedElsewhere(io) ? null : clusterFile(textOf(values, 'file'), io);
    if (file !== null) {
      const { statusOfHosts } = await import('../hosts/status.ts');
      return statusOfHosts(file, flagOf(values, 'json'), io);
    }
    const client = await connect(values, io);
    try {
      const found = await client.get<ClusterJson>('/v1/cluster');
      tell(found, values, io);
      return found.problems.length === 0 ? EXIT.ok : EXIT.failed;
    } catch (error) {
      if (!(error instanceof CliError) || error.exit !== EXIT.unreachable) throw error;
      await withoutDaemon(values, io);
      throw error;
    }
  },
};

function tell(found: ClusterJson, values: QuickValues, io: Io): void {
  show(io, values, found, () => renderCluster(found, styleFor(io), widthFor(io), Date.now()));
}

/** RELAY_URL names a daemon, so it is asked. */
const askedElsewhere = (io: Io): boolean => (io.env['RELAY_URL'] ?? '') !== '';

/** A daemon elsewhere (RELAY_URL) has its configuration there: nothing can be found then. */
async function withoutDaemon(values: QuickValues, io: Io): Promise<void> {
  if (askedElsewhere(io)) return;
  io.err('relay: no daemon answers here; looking at the store without it\n');
  const { lookHere } = await import('../../relay/cluster/look-here.ts');
  const { found, trouble } = await lookHere({ flag: textOf(values, 'config'), env: io.env, cwd: io.cwd });
  tell(found, values, io);
  if (trouble !== null) io.err(`relay: ${trouble}\n`);
}
