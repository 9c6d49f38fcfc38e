import { expect, test } from 'vitest';
import { isForHost } from '../../../release/cassandra/build.ts';

test('of jars with native code a release holds those for its hosts', () => {
  const jars = ['linux-x86_64', 'linux-aarch_64', 'linux-riscv64', 'osx-x86_64', 'windows-x86_64'].map(
    (system) => `netty-4.1-${system}.jar`,
  );
  expect(jars.filter((jar) => isForHost(jar, 'x64'))).toEqual(['netty-4.1-linux-x86_64.jar']);
  expect(jars.filter((jar) => isForHost(jar, 'arm64'))).toEqual(['netty-4.1-linux-aarch_64.jar']);
  expect(isForHost('guava-32.jar', 'x64')).toBe(true);
});
