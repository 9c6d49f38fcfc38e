/** What real Cassandra nodes need of a machine, and what to install where it lacks. Nothing is started to find out. */
import { cassandraHome } from '../../release/cassandra/home.ts';
import { fetchedJars } from '../../release/cassandra/jars.ts';
import { findJava, onPath } from '../../release/cassandra/java.ts';

/** Why real nodes can't be run on this machine, with what to do about it; null where they can. */
export function missing(): string | null {
  if (process.platform !== 'linux') {
    return 'real Cassandra nodes need Linux, where every address of 127.0.0.0/8 answers without being set up';
  }
  const lacks = [
    ...(findJava() === null ? [{ what: 'Java 17', debian: 'openjdk-17-jre-headless' }] : []),
    ...(onPath('mvn').length === 0 && fetchedJars(cassandraHome()) === null
      ? [{ what: 'Maven', debian: 'maven' }]
      : []),
  ];
  if (lacks.length === 0) return null;
  const install = `apt-get install ${lacks.map(({ debian }) => debian).join(' ')}`;
  return (
    `real Cassandra nodes need ${lacks.map(({ what }) => what).join(' and ')}: on Debian, ${install}` +
    (lacks[0]?.what === 'Java 17' ? ' (or set JAVA_HOME to any Java 17)' : '')
  );
}
