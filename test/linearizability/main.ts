/** `npm run linearizability`: five clients of five real nodes that are killed and paused, judged by porcupine. */
import { parseArgs } from 'node:util';
import { startCluster } from '../cassandra/cluster.ts';
import { buildChecker } from './check.ts';
import { judgedRun } from './judged-run.ts';

const HELP = `npm run linearizability: clients of five real Cassandra nodes commit, load, take slots and numbers through
Relay's store while nodes are killed, stopped and paused, alone, by datacenter, and three at once. What they were told is judged:
is there one order that explains every answer? Exit code 1 when there is none; the history is kept then.

  --seconds N    how long nodes are broken at least; 60 unless said. Each fault comes once in any case
  --seed N       which faults and operations are drawn; one by chance unless said. Real nodes take their own time, so
                 the same seed is the same kind of run, not the same run.

It needs Linux, Java 17, Maven and Go.`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const say = (text: string): void => {
  process.stderr.write(`${(performance.now() / 1_000).toFixed(1).padStart(6)} s  ${text}\n`);
};

async function main(): Promise<number> {
  const seconds = Number(values.seconds);
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
  if (!(seconds >= 1) || !Number.isSafeInteger(seed)) throw new Error('--seconds and --seed are numbers');
  const checker = await buildChecker();
  await using cluster = await startCluster({ nodes: 5, tls: true, auth: true });
  say(`seed ${seed}`);
  const { report, faults } = await judgedRun(cluster, checker, { seconds, seed, say });
  process.stdout.write(`${[...faults, report].join('\n')}\n`);
  return faults.length === 0 ? 0 : 1;
}

if (values.help) process.stdout.write(`${HELP}\n`);
else {
  try {
    process.exitCode = await main();
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 2;
  }
}
