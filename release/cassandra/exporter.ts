/** Prometheus' JMX exporter, an agent inside of Cassandra's own process: the only way to its figures without JMX from outside. */
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { COPY_ONE } from './jars.ts';
import { run } from '../run.ts';

/** The newest on Maven Central; it runs on Java 8 and up. */
export const EXPORTER_VERSION = '1.0.1';
const NAME = `jmx_prometheus_javaagent-${EXPORTER_VERSION}.jar`;

/** The jar's path below `home`; fetched by Maven if need be, 3 MB. To be called under the home's lock. */
export async function fetchExporter(home: string): Promise<string> {
  const jar = join(home, NAME);
  if (existsSync(jar)) return jar;
  const folder = await mkdtemp(join(home, 'fetching-'));
  try {
    await run('mvn', [
      '-B',
      '-q',
      COPY_ONE,
      `-Dartifact=io.prometheus.jmx:jmx_prometheus_javaagent:${EXPORTER_VERSION}`,
      `-DoutputDirectory=${folder}`,
    ]);
    await rename(join(folder, NAME), jar);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return jar;
}
