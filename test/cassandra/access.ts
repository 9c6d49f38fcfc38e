/** Who may come into a new cluster: one role with a password made by chance, and nobody by Cassandra's default. */
import { type Client, types } from 'cassandra-driver';
import type { Access } from './connect.ts';
import type { ClusterNode } from './plan.ts';
import { replicationText, withPatience } from './ready.ts';

/** What every new Cassandra lets in. */
const DEFAULT = { username: 'cassandra', password: 'cassandra' };

const WHOLE_ROLE =
  'SELECT role, can_login, is_superuser, member_of, salted_hash FROM system_auth.roles WHERE role = ?';

/**
 * Flags for nodes that start on new data: roles have a copy on every one of them from birth. With Cassandra's single
 * copy, a role that was made while nodes still got to know each other lay where nobody looked for it afterwards.
 */
export function bornWithRolesOn({ nodes }: Pick<Access, 'nodes'>): string[] {
  return [`-Dcassandra.system_auth.default_rf=${nodes.length}`];
}

/**
 * Keeps roles on every node by datacenter, makes the plan's role, and drops the default one. To be called once for new
 * data. The default role is looked for by a majority, the plan's on one node.
 */
export async function replaceDefaultRole(access: Access, first: ClusterNode): Promise<void> {
  const { credentials } = access;
  if (credentials === null) return;
  const { username, password } = credentials;
  // It appears some time after the port does; and any statement may be tried again after a failure.
  const asDefault = { ...access, credentials: DEFAULT };
  await withPatience('the first login', asDefault, inTurn(access.nodes, first), async (client) => {
    const replication = replicationText(access.nodes);
    await client.execute(`ALTER KEYSPACE system_auth WITH replication = ${replication}`);
    // Strings of ours without a quote in them: CQL takes no parameters here.
    await client.execute(
      `CREATE ROLE IF NOT EXISTS ${username} WITH PASSWORD = '${password}' AND SUPERUSER = true AND LOGIN = true`,
    );
  });
  await withPatience(
    `the login of ${username}`,
    access,
    inTurn(access.nodes, first),
    async (client: Client) => {
      // A node that was busy when the role was made lacks it, and would let nobody in; a read from all gives it to all.
      // Only what is read is given: with one column missing, that node refuses the role for good.
      await client.execute(WHOLE_ROLE, [username], { prepare: true, consistency: types.consistencies.all });
      await client.execute(`DROP ROLE IF EXISTS ${DEFAULT.username}`);
    },
  );
}

/** Another node each time. */
function inTurn(nodes: readonly ClusterNode[], first: ClusterNode): () => ClusterNode {
  let turn = nodes.indexOf(first) - 1;
  return () => {
    turn += 1;
    return nodes[turn % nodes.length] ?? first;
  };
}
