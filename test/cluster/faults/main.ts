/** `npm run faults`: breaks five nodes and five daemons in every way we know while alerts come in, and counts. */
import { parseArgs } from 'node:util';
import { startLocalCluster } from '../cluster.ts';
import { teamRoster } from '../roster.ts';
import { runScenario } from './run-scenario.ts';
import { SCENARIOS } from './scenarios.ts';
import { isKept, type Row, tableText } from './table.ts';

const HELP = `npm run faults: five real Cassandra nodes and five daemons on loopback take 20 alerts a second while they are
killed, paused and robbed of their disks. For each fault: how many alerts were accepted, lost, paged twice; pages that
a host sent alone; how long it took. Exit code 1 when anything was lost or repeated.

  --only NAME    this fault only; may be given several times: ${SCENARIOS.map(({ name }) => name).join(', ')}
  --seconds N    how long alerts come in during each
  --rate N       alerts a second instead of 20: five nodes need more than two cores for so many
  --json         the rows as JSON

It takes about 13 minutes and needs Linux, Java 17 and Maven.`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    seconds: { type: 'string' },
    rate: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** No load sends so many. */
const ALERTS_MAX = 10_000;
const SHOWN_FAULTS = 20;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function main(): Promise<number> {
  const unknown = (values.only ?? []).filter((name) => !SCENARIOS.some((one) => one.name === name));
  if (unknown.length > 0) throw new Error(`there is no fault called ${unknown.join(', ')}: see --help`);
  const seconds = values.seconds === undefined ? null : Number(values.seconds);
  if (seconds !== null && !(seconds >= 1 && seconds <= 300))
    throw new Error('--seconds is a number from 1 to 300');
  const perSecond = Number(values.rate);
  if (!(perSecond >= 1 && perSecond <= 30)) throw new Error('--rate is a number from 1 to 30');
  const chosen = SCENARIOS.filter(({ name }) => values.only?.includes(name) ?? true);
  const rows: Row[] = [];
  const beganMs = performance.now();
  await using cluster = await startLocalCluster({ say });
  const services = await teamRoster(cluster.host(1).api);
  try {
    await runAll();
  } catch (error) {
    for (const host of cluster.hosts) say(`${host.name}, its last lines:\n${host.tail()}`);
    throw error;
  }
  process.stdout.write(values.json ? `${JSON.stringify(rows, null, 2)}\n` : `${tableText(rows)}\n`);
  return isKept(rows) ? 0 : 1;

  async function runAll(): Promise<void> {
    for (const [at, scenario] of chosen.entries()) {
      say(`${scenario.name} (${((performance.now() - beganMs) / 60_000).toFixed(1)} min)`);
      const first = at * ALERTS_MAX;
      const row = await runScenario(cluster, scenario, { services, first, perSecond, seconds, say });
      rows.push(row);
      // The whole table comes at the end, which a run that is broken off never sees.
      say(tableText([row]));
      for (const fault of row.faults.slice(0, SHOWN_FAULTS)) say(`  ${fault}`);
      if (row.faults.length > SHOWN_FAULTS) say(`  and ${row.faults.length - SHOWN_FAULTS} more`);
      if (row.slow !== null) say(`  SLOW ${row.slow}`);
      if (row.refused > 0) say(`  ${row.refused} alerts were taken by no host`);
    }
  }
}

if (values.help) process.stdout.write(`${HELP}\n`);
else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));
  try {
    process.exitCode = await main();
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 2;
  }
}
