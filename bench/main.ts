/**
 * `npm run bench` measures what the README promises; `npm run bench -- NAME…` some of it, `--list` names them.
 * Prints one JSON document at the end; what happens meanwhile goes to stderr. The machine's load counts: run it alone.
 */
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Measurement, Result } from './measurement.ts';
import { rounded } from './measurement.ts';
import { clusterDelays } from './measurements/cluster-delays.ts';
import { clusterPage } from './measurements/cluster-page.ts';
import { coldStatus } from './measurements/cold-status.ts';
import { firstCall } from './measurements/first-call.ts';
import { firstCallInStorm } from './measurements/first-call-in-storm.ts';
import { httpDurable } from './measurements/http-durable.ts';
import { idleMemory } from './measurements/idle-memory.ts';
import { largeMails } from './measurements/large-mails.ts';
import { mails } from './measurements/mails.ts';
import { manyOpen } from './measurements/many-open.ts';
import { oncall } from './measurements/oncall.ts';
import { oneKey } from './measurements/one-key.ts';
import { rules } from './measurements/rules.ts';
import { smtpDurable } from './measurements/smtp-durable.ts';

const MEASUREMENTS: readonly Measurement[] = [
  httpDurable,
  smtpDurable,
  mails,
  rules,
  largeMails,
  firstCall,
  firstCallInStorm,
  oneKey,
  manyOpen,
  idleMemory,
  coldStatus,
  oncall,
  clusterPage,
  clusterDelays,
];

interface Line extends Result {
  name: string;
  goal: string;
  cores: number;
  loadAverage: number;
  /** Why there are no values. */
  error?: string;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function measured(measurement: Measurement): Promise<Line> {
  const { name, goal } = measurement;
  // Before it runs: what others were doing, and not the bench itself.
  const about = { name, goal, cores: availableParallelism(), loadAverage: rounded(loadavg()[0] ?? 0, 2) };
  say(`${name}: ${goal}`);
  try {
    const result = await measurement.run((text) => say(`  ${text}`));
    say(`  ${result.met ? 'met' : 'MISSED'} ${JSON.stringify(result.values)}`);
    return { ...about, ...result };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    say(`  FAILED ${why}`);
    return { ...about, values: {}, met: false, error: why };
  }
}

const { values, positionals } = parseArgs({
  options: { list: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const names = MEASUREMENTS.map((one) => one.name);
const unknown = positionals.filter((name) => !names.includes(name));
if (values.list || unknown.length > 0) {
  if (unknown.length > 0) say(`there is no measurement called ${unknown.join(', ')}; there are:`);
  for (const { name, goal } of MEASUREMENTS) console.log(`${name}: ${goal}`);
  process.exit(unknown.length > 0 ? 2 : 0);
}
const lines: Line[] = [];
for (const measurement of MEASUREMENTS) {
  const chosen =
    positionals.length === 0 ? measurement.onlyNamed !== true : positionals.includes(measurement.name);
  if (chosen) lines.push(await measured(measurement));
}
console.log(JSON.stringify(lines, null, 2));
process.exit(lines.some((line) => line.error !== undefined) ? 1 : 0);
