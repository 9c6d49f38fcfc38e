/** `npm run cluster`: a whole relay of five hosts on this machine, to be broken by hand. */
import { parseArgs } from 'node:util';
import { missing } from '../cassandra/missing.ts';
import { startLocalCluster } from './cluster.ts';
import { type Answer, carryOut, COMMANDS, statusText } from './commands.ts';
import { answerTerminals, tellRunning } from './control.ts';
import { openPrompt } from './prompt.ts';
import { ANA, BEN, demoRoster } from './roster.ts';

const HELP = `npm run cluster brings up five Cassandra nodes and five daemons on loopback, in three datacenters: n1, h1 and
n2, h2 in dc-a, n3, h3 and n4, h4 in dc-b, n5, h5 in dc-c. All speak TLS; phones and mailboxes are stand-ins. Ana is
paged for the service db, and Ben after a minute. It ends with its terminal, or by Ctrl-C, and leaves nothing behind.

At its prompt:
${COMMANDS}
From another terminal:
  npm run cluster -- --kill dc-b        --pause, --resume, --restart, --destroy do as at the prompt
  npm run cluster -- --say 'send "disk full" h2'
  npm run cluster -- --status
  npm run cluster -- --down

It needs Linux, Java 17 and Maven, 3 GB of memory and, on two cores, a minute. The first time it fetches 70 MB.`;

const EACH = ['kill', 'pause', 'resume', 'restart', 'destroy'] as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kill: { type: 'string' },
    pause: { type: 'string' },
    resume: { type: 'string' },
    restart: { type: 'string' },
    destroy: { type: 'string' },
    say: { type: 'string' },
    status: { type: 'boolean' },
    down: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});

/** What another terminal is to say to the running cluster; null: run one. */
function lineToTell(): string | null {
  if (values.status === true) return 'status';
  if (values.down === true) return 'down';
  if (values.say !== undefined) return values.say;
  for (const command of EACH) {
    const what = values[command];
    // `--kill node 4` comes as a value and a word behind it.
    if (what !== undefined) return [command, what, ...positionals].join(' ');
  }
  if (positionals.length > 0)
    throw new Error(`${positionals.join(' ')}: say it with --say, or see npm run cluster -- --help`);
  return null;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

async function run(): Promise<void> {
  const why = missing();
  if (why !== null) throw new Error(why);
  const { promise: told, resolve: end } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end());
  let carry = (_line: string): Promise<Answer> => Promise.reject(new Error('it is still starting'));
  const server = await answerTerminals(async (line) => {
    const { text, over } = await carry(line);
    if (over === true) end();
    return text;
  });
  try {
    const starting = startLocalCluster({ say });
    const cluster = await Promise.race([starting, told.then(() => null)]);
    if (cluster === null) return;
    try {
      const db = await demoRoster(cluster.host(1).api);
      const stage = { cluster, db };
      carry = (line) => carryOut(stage, line);
      say(`up: Ana is paged for ${db.id}. Type help, or send "disk full" and then kill dc-b.\n`);
      process.stdout.write(`${statusText(cluster)}\n`);
      const prompt = openPrompt(carry);
      const people = new Map([ANA, BEN].map(({ name, phone }) => [phone, name]));
      cluster.standins.twilio.on('message', ({ to, body }) =>
        prompt.say(`  ${people.get(to) ?? to}'s phone: ${body}`),
      );
      await Promise.race([prompt.over, told]);
      prompt.close();
    } finally {
      say('ending everything');
      await cluster.stop();
    }
  } finally {
    server.close();
  }
}

try {
  const line = values.help === true ? null : lineToTell();
  if (values.help === true) process.stdout.write(`${HELP}\n`);
  else if (line === null) {
    await run();
    // What was interrupted half-way through its start holds the process; all it started ends with it.
    process.exit(0);
  } else process.stdout.write(`${await tellRunning(line)}\n`);
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
