/** The Java that goes to hosts with Cassandra: made by jlink of the modules that are needed, and nothing else. */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../run.ts';
import type { Arch } from '../runtime.ts';
import type { Jdk } from './java.ts';

/**
 * `java.se` is what Cassandra and its 100 jars are written for. Beyond it: JMX for nodetool, Unsafe, TLS with elliptic
 * curves, jamm's way into its own process, the HTTP server of the JMX exporter, and jcmd for whoever looks for a cause.
 */
const MODULES = [
  'java.se',
  'jdk.attach',
  'jdk.compiler',
  'jdk.crypto.ec',
  'jdk.httpserver',
  'jdk.jcmd',
  'jdk.jfr',
  'jdk.management',
  'jdk.management.agent',
  'jdk.naming.dns',
  // Without it nodetool's address of the node means nothing to Java.
  'jdk.naming.rmi',
  'jdk.net',
  'jdk.nio.mapmode',
  'jdk.security.auth',
  'jdk.unsupported',
  'jdk.zipfs',
];

/** Of an ELF header: where the processor stands, and what it says. */
const MACHINE_AT = 18;
const MACHINES: Record<number, Arch> = { 0x3e: 'x64', 0xb7: 'arm64' };

/**
 * Makes `to`. `jmods`: those of another machine's JDK 17, same version, for a runtime that runs there. Rejects when what
 * came of it doesn't run on `arch`.
 */
export async function makeRuntime(options: {
  jdk: Jdk;
  arch: Arch;
  jmods: string | null;
  to: string;
}): Promise<void> {
  const { jdk, arch, jmods, to } = options;
  await run(join(jdk.home, 'bin/jlink'), [
    ...(jmods === null ? [] : ['--module-path', jmods]),
    `--add-modules=${MODULES.join(',')}`,
    '--strip-debug',
    '--no-header-files',
    '--no-man-pages',
    '--compress=2',
    // Halves the start of Java itself; another processor's can't be made here.
    ...(arch === process.arch ? ['--generate-cds-archive'] : []),
    `--output=${to}`,
  ]);
  const made = await machineOf(join(to, 'bin/java'));
  if (made !== arch) {
    throw new Error(
      `this JDK makes a Java for ${made ?? 'another processor'}, not for ${arch}: unpack a JDK ${jdk.version} for ` +
        `${arch} and give its jmods by --jmods, or build on such a machine`,
    );
  }
}

async function machineOf(program: string): Promise<Arch | null> {
  const file = await open(program);
  try {
    const { buffer } = await file.read(Buffer.alloc(MACHINE_AT + 2), 0, MACHINE_AT + 2, 0);
    return MACHINES[buffer.readUInt16LE(MACHINE_AT)] ?? null;
  } finally {
    await file.close();
  }
}
