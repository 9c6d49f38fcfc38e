/**
 * `npm run sim -- --seeds 1000 --from 1` lives a thousand seeds; `npm run sim -- --seed 7 --verbose` tells one life.
 * With `--cluster` each has two to five hosts over one store; without, one.
 * `npm run sim -- --storm` has one person told of ten thousand incidents at once, by five hosts.
 * A failing seed prints its last lines and how to live it again; exit code 1.
 */
import { parseArgs } from 'node:util';
import { life, type LifeResult } from './life.ts';
import { failureReport, summary } from './report.ts';
import { storm, stormReport } from './storm.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    cluster: { type: 'boolean', default: false },
    storm: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});

if (values.storm) {
  const result = await storm(10_000, 60_000);
  console.log(stormReport(result));
  process.exit(result.settledMs === null ? 1 : 0);
}

const from = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
if (!Number.isInteger(from) || !Number.isInteger(count) || count < 1) {
  console.error('--seeds, --from and --seed take whole numbers, e.g. --seeds 1000 --from 1');
  process.exit(2);
}

const startedMs = performance.now();
const failed: LifeResult[] = [];
let largest: LifeResult | null = null;
for (let seed = from; seed < from + count; seed += 1) {
  const result = await life(seed, {
    kind: values.cluster ? 'cluster' : 'one',
    ...(values.verbose ? { print: (line) => console.log(line) } : {}),
  });
  if (result.failures.length > 0) {
    failed.push(result);
    if (failed.length <= 5) console.log(failureReport(result));
  }
  if (largest === null || result.largestStateBytes > largest.largestStateBytes) largest = result;
}
if (failed.length > 5)
  console.log(
    `also: ${failed
      .slice(5)
      .map((one) => `${one.seed} (${one.failures[0]?.invariant ?? ''})`)
      .join(', ')}`,
  );
if (largest !== null)
  console.log(
    `largest state: ${largest.largestStateBytes} bytes (${largest.largestStateKey}, seed ${largest.seed})`,
  );
console.log(summary(count, failed.length, performance.now() - startedMs));
process.exitCode = failed.length > 0 ? 1 : 0;
