/**
 * One real node for all tests of a run, as vitest's global setup: started when the first test asks for it, ended with
 * the run. The workers ask over a socket that only this user can open. What a machine can't run is said at the end,
 * in the run's last lines; where RELAY_NODES=required nothing may be left out, and the run fails instead.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { type Cluster, startCluster } from './cluster.ts';
import type { Access } from './connect.ts';
import { missing } from './missing.ts';

/** What the workers are told: why there are no nodes, or where to ask for the one. */
export interface NodesOffered {
  missing: string | null;
  socketPath: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    nodes: NodesOffered;
  }
}

/** vitest's global setup. Gives back what ends it. */
export default async function offerNode(project: TestProject): Promise<() => Promise<void>> {
  const why = missing();
  if (why !== null && process.env['RELAY_NODES'] === 'required') throw new Error(why);
  const folder = mkdtempSync(join(tmpdir(), 'relay-shared-node-'));
  const socketPath = join(folder, 'ask');
  let starting: Promise<Cluster> | undefined;
  const server = createServer((_request, response) => {
    // A start that failed is not tried again: each test that needs it fails with the same reason.
    starting ??= startCluster({ nodes: 1, tls: true, auth: true });
    starting.then(
      ({ nodes, caFile, credentials }) => {
        const access: Access = { nodes: [...nodes], caFile, credentials };
        response.end(JSON.stringify(access));
      },
      (error: unknown) => {
        response.statusCode = 500;
        response.end(error instanceof Error ? error.message : String(error));
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  project.provide('nodes', { missing: why, socketPath });
  return async () => {
    server.close();
    server.closeAllConnections();
    const started = await starting?.catch(() => undefined);
    await started?.stop();
    rmSync(folder, { recursive: true, force: true });
    if (why !== null) process.stdout.write(`\nLeft out: every test of the real Cassandra. ${why}\n`);
  };
}
