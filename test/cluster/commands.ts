/** What people type at the prompt, or say from another terminal: each line is done and answered in words. */
import { isPaused, nodePid } from '../cassandra/processes.ts';
import type { LocalCluster } from './cluster.ts';
import { ANA, BEN, type Service } from './roster.ts';
import { mail, post, postSomewhere } from './senders.ts';
import { type Targets, whichTargets } from './which.ts';

export const COMMANDS = `  kill dc-b            SIGKILL to both nodes and both daemons of dc-b, as if the datacenter lost its power
  kill h3              only that daemon
  kill node 4          only that node (n4 does too)
  pause h2             SIGSTOP: connections stay, nothing answers
  resume h2            SIGCONT
  restart dc-b         start again on the same data; nodes first
  destroy h3           kill that daemon and take its disk away; restart h3 installs it anew
  send "disk full"     an alert for the service db; to any host that takes it
  send "disk full" h2  to that host only; mail "disk full" h2 sends it by mail
  phones               what the phones have received
  reply ana 12a        Ana's phone answers
  status               who runs, who doesn't
  log h2               the last lines of that daemon
  help                 this
  quit                 end everything
`;

const SHOWN = 12;

/** What a line led to; `over`: everything is to be ended. */
export interface Answer {
  text: string;
  over?: true;
}

interface Stage {
  cluster: LocalCluster;
  db: Service;
}

/** Rejects with a sentence that says what to type instead. */
export async function carryOut(stage: Stage, line: string): Promise<Answer> {
  const words = wordsOf(line);
  const [command = '', ...rest] = words;
  const { cluster } = stage;
  if (command === '') return { text: '' };
  if (command === 'quit' || command === 'exit' || command === 'down') return { text: 'ending', over: true };
  const alone = ALONE.get(command);
  if (alone !== undefined) return { text: await alone(stage, rest) };
  const each = EACH.get(command);
  if (each === undefined) throw new Error(`there is no command ${command}: type help`);
  const targets = whichTargets(cluster.nodes.nodes, cluster.hosts, rest);
  await each.to(cluster, targets);
  const names = [...targets.nodes, ...targets.hosts].map(({ name }) => name).join(', ');
  return { text: `${names}: ${each.done}` };
}

/** Who runs, and where. */
export function statusText({ nodes, hosts, dir }: LocalCluster): string {
  const lines = hosts.map((host, index) => {
    const { datacenter, address, http, smtp } = host.place;
    const node = nodes.nodes[index];
    const beside = node === undefined ? '' : `${node.name} ${nodeState(node.dir)}`;
    const where = `http://${address}:${http} smtp ${smtp}`;
    return `${host.name}  ${datacenter}  ${host.state.padEnd(6)}  ${where.padEnd(38)}  ${beside}`;
  });
  return `${lines.join('\n')}\n${dir}: ./bin/relay status --config ${dir}/h1/relay.yaml`;
}

function nodeState(dir: string): string {
  const pid = nodePid(dir);
  if (pid === null) return 'down';
  return isPaused(pid) ? 'paused' : 'runs';
}

const ALONE = new Map<string, (stage: Stage, words: string[]) => string | Promise<string>>([
  ['help', () => COMMANDS.trimEnd()],
  ['status', ({ cluster }) => statusText(cluster)],
  ['phones', ({ cluster }) => phonesText(cluster)],
  ['send', send],
  ['mail', sendByMail],
  ['reply', reply],
  ['log', ({ cluster }, words) => oneHost(cluster, words).tail()],
]);

const EACH = new Map<
  string,
  { done: string; to: (cluster: LocalCluster, targets: Targets) => Promise<void> }
>([
  [
    'kill',
    {
      done: 'killed',
      to: async ({ nodes }, targets) => {
        await Promise.all([
          ...targets.nodes.map(({ k }) => nodes.kill(k)),
          ...targets.hosts.map((host) => host.kill()),
        ]);
      },
    },
  ],
  [
    'pause',
    {
      done: 'paused',
      to: async ({ nodes }, targets) => {
        for (const { k } of targets.nodes) await nodes.pause(k);
        for (const host of targets.hosts) await host.pause();
      },
    },
  ],
  [
    'resume',
    {
      done: 'running again',
      to: async ({ nodes }, targets) => {
        for (const { k } of targets.nodes) await nodes.resume(k);
        for (const host of targets.hosts) await host.resume();
      },
    },
  ],
  [
    'restart',
    {
      done: 'up again',
      to: async ({ nodes }, targets) => {
        // A node may need a seed that is started with it, and a daemon needs a quorum.
        await Promise.all(targets.nodes.map(({ k }) => nodes.restart(k)));
        await Promise.all(targets.hosts.map((host) => host.restart()));
      },
    },
  ],
  [
    'destroy',
    {
      done: 'killed, and its disk is gone',
      to: async (_, targets) => {
        if (targets.nodes.length > 0)
          throw new Error('only hosts lose their disks here: say destroy h1 to h5');
        await Promise.all(targets.hosts.map((host) => host.destroyDisk()));
      },
    },
  ],
]);

async function send({ cluster, db }: Stage, words: string[]): Promise<string> {
  const [summary, host] = words;
  if (summary === undefined) throw new Error('say what is wrong: send "disk full"');
  const alert = { service: db.id, routingKey: db.routingKey, dedupKey: summary, summary };
  const taken =
    host === undefined
      ? await postSomewhere(cluster.hosts, 0, alert)
      : await post(oneHost(cluster, [host]), alert);
  return taken === null ? 'no host took it' : `${taken.host} took it`;
}

async function sendByMail({ cluster, db }: Stage, words: string[]): Promise<string> {
  const [summary, ...where] = words;
  if (summary === undefined) throw new Error('say what is wrong: mail "disk full" h2');
  const host = where.length === 0 ? cluster.anyHost : oneHost(cluster, where);
  const taken = await mail(host, { service: db.id, summary });
  return taken === null ? `${host.name} did not take it` : `${host.name} took it`;
}

async function reply({ cluster }: Stage, [who = '', ...text]: string[]): Promise<string> {
  const person = [ANA, BEN].find(({ id }) => id === who.toLowerCase());
  if (person === undefined || text.length === 0) throw new Error('say who answers what: reply ana 12a');
  await cluster.standins.twilio.inbound({ from: person.phone, body: text.join(' ') });
  return `${person.name}'s phone has sent it; a host fetches it within seconds: see phones`;
}

function phonesText({ standins }: LocalCluster): string {
  const names = new Map([ANA, BEN].map(({ name, phone }) => [phone, name]));
  const shown = standins.twilio.ledger
    .slice(-SHOWN)
    .map(({ to, body, acceptedAtMs }) => `${timeOf(acceptedAtMs)}  ${names.get(to) ?? to}: ${body}`);
  return shown.length === 0 ? 'the phones have received nothing yet' : shown.join('\n');
}

function oneHost(cluster: LocalCluster, words: readonly string[]): LocalCluster['hosts'][number] {
  const { hosts } = whichTargets([], cluster.hosts, words);
  const [host] = hosts;
  if (host === undefined || hosts.length > 1) throw new Error('say one host: h1 to h5');
  return host;
}

/** Words by blanks; in quotes, blanks belong to them. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}

const timeOf = (atMs: number): string => new Date(atMs).toISOString().slice(11, 19);
