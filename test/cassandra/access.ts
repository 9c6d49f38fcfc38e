/** Who may come into a new cluster: one role with a password made by chance, and nobody by Cassandra's default. */
import { type Client, types } from 'cassandra-driver';
import type { Access } from './connect.ts';
import type { ClusterNode } from './plan.ts';
import { replicationText, withPatience } from './ready.ts';

/** What every new Cassandra lets in. */
const DEFAULT = { username: 'cassandra', password: 'cassandra' };

/** Only there until the plan's role is on every node. */
const SETUP = 'setup';

const WHOLE_ROLE =
  'SELECT role, can_login, is_superuser, member_of, salted_hash FROM system_auth.roles WHERE role = ?';

/**
 * Keeps roles on every node, makes the plan's role, and drops the default one. To be called once for new data. Once
 * roles are kept on every node the default one is looked for by a majority, and lies on a single node: on a busy machine
 * it may be lost from then on. One of our own is looked for on one node, and the node that has it lets us in.
 */
export async function replaceDefaultRole(access: Access, first: ClusterNode): Promise<void> {
  const { credentials } = access;
  if (credentials === null) return;
  // Strings of ours without a quote in them: CQL takes no parameters here.
  const { username, password } = credentials;
  const create = (name: string): string =>
    `CREATE ROLE IF NOT EXISTS ${name} WITH PASSWORD = '${password}' AND SUPERUSER = true AND LOGIN = true`;
  // The default role appears some time after the port does; and any statement may be tried again after a failure.
  await withPatience('the first login', { ...access, credentials: DEFAULT }, first, async (client) => {
    await client.execute(create(SETUP));
  });
  const asSetup = { ...access, credentials: { username: SETUP, password } };
  await withPatience('roles on every node', asSetup, inTurn(access.nodes, first), async (client) => {
    const replication = replicationText(access.nodes);
    await client.execute(`ALTER KEYSPACE system_auth WITH replication = ${replication}`);
    await client.execute(create(username));
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
      await client.execute(`DROP ROLE IF EXISTS ${SETUP}`);
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
