/** `npm run formats -- --fuzz`: what the worst of many changed mails and requests costs each reader, and the whole of them. */
import fc from 'fast-check';
import { readGeneralMail } from '../../../src/relay/events/formats/general.ts';
import { MAIL_SOURCES } from '../../../src/relay/events/formats/sources/index.ts';
import { readFull } from '../../../src/relay/events/mail/parse.ts';
import { readMailOffline, readRequestOffline } from '../../../src/relay/events/offline.ts';
import { broken } from './bounds.ts';
import { mutants } from './mutants.ts';
import { requestMutants } from './requests.ts';

const SIZE_BYTES = 512 * 1024;
/** No input of that size may take longer. */
export const SLOW_MS = 50;
/** From there on it is measured again: the first time may have been the compiler's, the collector's, or somebody else's. */
const AGAIN_MS = 10;
const AGAIN = 4;

interface Slowest {
  ms: number;
  name: string;
}

export interface FuzzReport {
  seed: number;
  mails: number;
  requests: number;
  /** By reader: that of one source, `whole mail`, `whole request`. */
  slowest: Record<string, Slowest>;
  /** The slowest of the whole path. */
  worst: Slowest[];
  broken: string[];
}

/** `count`: mails, and half as many requests. `say`: told how far it is. */
export async function fuzz(
  { seed, count }: { seed: number; count: number },
  say: (text: string) => void,
): Promise<FuzzReport> {
  const report: FuzzReport = { seed, mails: 0, requests: 0, slowest: {}, worst: [], broken: [] };
  const readers = [...MAIL_SOURCES, { name: 'general', read: (mail: Mail) => readGeneralMail(mail, 'db') }];
  const generated = mutants(SIZE_BYTES);
  for (let at = 0; at < count; at += 1) {
    if (at % 100 === 0) say(`${at} of ${count} mails, ${report.requests} requests`);
    // One at a time: all of them together are gigabytes.
    const [mail] = fc.sample(generated, { seed: seed + at, numRuns: 1 });
    if (mail === undefined) continue;
    note(report, 'whole mail', mail.name, await timed(() => readMailOffline(mail.raw)));
    const reading = await readMailOffline(mail.raw);
    const wrong = 'events' in reading ? broken(reading.events) : [reading.refused];
    report.broken.push(...wrong.map((one) => `${mail.name}: ${one}`));
    const parsed = await readFull(mail.raw, null);
    for (const { name, read } of readers) note(report, name, mail.name, await timed(() => read(parsed)));
    report.mails += 1;
    if (at % 2 === 0) await oneRequest(report, seed + at);
  }
  report.worst.sort((one, other) => other.ms - one.ms);
  report.worst.splice(20);
  return report;
}

type Mail = Awaited<ReturnType<typeof readFull>>;

async function oneRequest(report: FuzzReport, seed: number): Promise<void> {
  const [request] = fc.sample(requestMutants(SIZE_BYTES), { seed, numRuns: 1 });
  if (request === undefined) return;
  const read = (): ReturnType<typeof readRequestOffline> =>
    readRequestOffline(request.raw, request.contentType);
  note(report, 'whole request', request.name, await timed(read));
  const reading = await read();
  const wrong = 'events' in reading ? broken(reading.events) : [];
  report.broken.push(...wrong.map((one) => `${request.name}: ${one}`));
  report.requests += 1;
}

function note(report: FuzzReport, reader: string, name: string, ms: number): void {
  if (ms > (report.slowest[reader]?.ms ?? 0)) report.slowest[reader] = { ms, name };
  if (reader.startsWith('whole') && ms > AGAIN_MS) report.worst.push({ ms, name });
}

/** Milliseconds of one core, whatever else the machine does; of what is slow, the least of a few times. */
async function timed(run: () => unknown): Promise<number> {
  let least = await once(run);
  for (let again = 0; again < AGAIN && least > AGAIN_MS; again += 1) least = Math.min(least, await once(run));
  return least;
}

async function once(run: () => unknown): Promise<number> {
  const beganMs = performance.now();
  const began = process.threadCpuUsage();
  await run();
  const { user, system } = process.threadCpuUsage(began);
  // A processor's time is counted in steps of some milliseconds, and the clock's goes on while others have the processor.
  return Math.min((user + system) / 1_000, performance.now() - beganMs);
}

/** For people. */
export function textOfFuzz({ seed, mails, requests, slowest, worst, broken: wrong }: FuzzReport): string {
  const ms = (one: Slowest): string => one.ms.toFixed(1).padStart(8);
  const short = (text: string): string => (text.length > 160 ? `${text.slice(0, 159)}…` : text);
  return [
    `${mails} mails and ${requests} requests of up to ${SIZE_BYTES / 1024} KB, seed ${seed}; goal: at most ${SLOW_MS} ms each`,
    '',
    'slowest of each reader, ms',
    ...Object.entries(slowest)
      .toSorted(([, one], [, other]) => other.ms - one.ms)
      .map(([reader, one]) => `${ms(one)}  ${reader.padEnd(20)} ${short(one.name)}`),
    '',
    'slowest through the whole reader, ms',
    ...worst.map((one) => `${ms(one)}  ${short(one.name)}`),
    ...(wrong.length === 0 ? [] : ['', 'out of bounds', ...wrong.slice(0, 50)]),
    '',
  ].join('\n');
}
