/** Who may come into a new cluster: one role with a password made by chance, and nobody by Cassandra's default. */
import type { Client } from 'cassandra-driver';
import type { Access } from './connect.ts';
import type { ClusterNode } from './plan.ts';
import { replicationText, withPatience } from './ready.ts';

/** What every new Cassandra lets in. */
const DEFAULT = { username: 'cassandra', password: 'cassandra' };

/** Keeps roles on every node, makes the plan's role, and drops the default one. To be called once for new data. */
export async function replaceDefaultRole(access: Access, first: ClusterNode): Promise<void> {
  const { credentials } = access;
  if (credentials === null) return;
  // Strings of ours without a quote in them: CQL takes no parameters here.
  const { username, password } = credentials;
  const asDefault = { ...access, credentials: DEFAULT };
  // The default role appears some time after the port does; and any statement may be tried again after a failure.
  await withPatience('the first login', asDefault, first, async (client) => {
    const replication = replicationText(access.nodes);
    await client.execute(`ALTER KEYSPACE system_auth WITH replication = ${replication}`);
    await client.execute(
      `CREATE ROLE IF NOT EXISTS ${username} WITH PASSWORD = '${password}' AND SUPERUSER = true AND LOGIN = true`,
    );
  });
  await withPatience(`the login of ${username}`, access, first, async (client: Client) => {
    await client.execute(`DROP ROLE IF EXISTS ${DEFAULT.username}`);
  });
}
