/** What nodes are run with, brought together once for a machine: Java, the jars, and an archive of loaded classes. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { cassandraHome } from '../../release/cassandra/home.ts';
import { fetchJars } from '../../release/cassandra/jars.ts';
import { ARCHIVE_WITH_AGENT, type Software } from './jvm.ts';
import { withLock } from '../../release/cassandra/lock.ts';
import { missing } from './missing.ts';
import { findJava, type Java } from '../../release/cassandra/java.ts';
import { launch, stopNode } from './node.ts';
import { writeNodeConfig } from './node-config.ts';
import { findPlace } from './place.ts';
import { layOut, type Plan } from './plan.ts';
import { told } from '../../release/cassandra/progress.ts';
import { agree, prepareProbe, takesClients } from './ready.ts';

const ARCHIVE_WITHIN_MS = 180_000;
const HALF_DONE = ['fetching-', 'preparing-'];

/** Rejects, with what to install, where nodes can't be run. The first time it takes a minute or two. */
export async function software(): Promise<Software> {
  const why = missing();
  const java = findJava();
  if (why !== null || java === null) throw new Error(why ?? 'no Java 17 was found');
  const home = cassandraHome();
  return withLock(join(home, 'lock.db'), async () => {
    for (const name of readdirSync(home)) {
      // Left by somebody who died at it: nobody else is here under the lock.
      if (HALF_DONE.some((start) => name.startsWith(start))) rmSync(join(home, name), { recursive: true });
    }
    const jars = await fetchJars(home);
    return { java, jars, archive: await classArchive(home, { java, jars, archive: null }) };
  });
}

/** An archive is bound to exactly one Java and class path; with it a node starts in half the time. */
async function classArchive(home: string, bare: Software): Promise<string> {
  const path = join(home, archiveName(bare.java, bare.jars));
  if (existsSync(path)) return path;
  await told('preparing the classes of Cassandra, once', async () => {
    const dir = mkdtempSync(join(home, 'preparing-'));
    const fresh = `${dir}.jsa`;
    try {
      await runOnce(bare, dir, [...ARCHIVE_WITH_AGENT, `-XX:ArchiveClassesAtExit=${fresh}`]);
      renameSync(fresh, path);
    } finally {
      rmSync(dir, { recursive: true, force: true });
      rmSync(fresh, { force: true });
    }
  });
  return path;
}

/** One node's life from start to a read and a proper end, so that the classes of all that are loaded. */
async function runOnce(bare: Software, dir: string, extra: readonly string[]): Promise<void> {
  const place = await findPlace(1, () => true);
  const nodes = layOut(dir, 1, place);
  const { network } = place;
  const plan: Plan = {
    dir,
    network,
    nodes,
    heapMb: 384,
    commitlogSync: 'group',
    caFile: null,
    credentials: null,
  };
  for (const node of nodes) {
    mkdirSync(node.dir);
    writeNodeConfig(plan, node);
    launch(bare, node, { heapMb: plan.heapMb, survives: false, extra });
    try {
      await takesClients(node);
      await prepareProbe(plan);
      await agree(plan);
    } finally {
      // The archive is written as it ends.
      await stopNode(node, ARCHIVE_WITHIN_MS);
    }
  }
}

function archiveName({ version }: Java, jars: readonly string[]): string {
  return `${basename(dirname(jars[0] ?? ''))}-java-${version.replaceAll(/[^\w.+-]/g, '_')}.jsa`;
}
