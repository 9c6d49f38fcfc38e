/** Asks on a terminal for what no flag has told. Each answer is checked when it is given, and asked again when wrong. */
import { askMissing, HOW_TO_ANSWER } from '../../../setup/questions.ts';
import type { Asked, Terminal } from '../../../setup/questions.ts';
import { WHY_FIVE } from '../layout.ts';
import { absoluteIn } from '../read.ts';
import { inventorySchema } from '../schema.ts';
import { keyProblem } from '../ssh-files.ts';
import type { ClusterTyped } from './typed.ts';

/** The proposed layout: hosts at each provider, and what they are called. */
const LAYOUT = [
  { place: 'first', such: 'hetzner', hosts: ['a1', 'a2'] },
  { place: 'second', such: 'ovh', hosts: ['b1', 'b2'] },
  { place: 'third', such: 'netcup', hosts: ['c1'] },
] as const;

/** The answers of one sitting, with the secrets that were typed. Rejects when the terminal is closed. */
export async function askCluster(
  told: ClusterTyped,
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
  cwd: string,
): Promise<{ typed: ClusterTyped; secrets: Pick<Asked, 'mailPassword' | 'twilioToken'> }> {
  const absolute = absoluteIn(cwd);
  const typed: ClusterTyped = { ...told, hosts: [...told.hosts], people: [...told.people] };
  terminal.say(`${WHY_FIVE.join('\n')}\n\n${HOW_TO_ANSWER}`);
  if (typed.hosts.length === 0) typed.hosts = await askHosts(terminal);
  if (typed.sshUser === undefined && typed.sshConfig === undefined) {
    const user = await asked(
      terminal,
      'User for ssh, empty: as your ssh_config says [--ssh-user] ',
      (line) => (line === '' ? null : problemOf(inventorySchema.shape.ssh, { user: line })),
    );
    if (user !== '') typed.sshUser = user;
  }
  if (typed.sshKey === undefined && typed.sshConfig === undefined) {
    const key = await asked(
      terminal,
      "Key for ssh, empty: your agent's, or as your ssh_config says [--ssh-key] ",
      (line) => (line === '' ? null : keyProblemOf(absolute(line))),
    );
    // `~` is for cluster.yaml to understand: then it stays true on another machine.
    if (key !== '') typed.sshKey = key.startsWith('~/') ? key : absolute(key);
  }
  typed.domain ??= await asked(
    terminal,
    'Domain that alerts are mailed to, such as alerts.example.com [--domain] ',
    (line) => problemOf(inventorySchema.shape.domain, line),
  );
  if (typed.publicUrl === undefined) {
    const url = await asked(
      terminal,
      `URL that others reach it by, such as https://${typed.domain}, empty for none [--public-url] `,
      (line) => (line === '' ? null : problemOf(inventorySchema.shape.publicUrl, line)),
    );
    if (url !== '') typed.publicUrl = url;
  }
  // The same as for a host alone; its doors are known, and a mail server here is none there.
  const common = await askMissing(
    { ...typed, http: '127.0.0.1:8080', smtp: '127.0.0.1:2525' },
    terminal,
    { root: false, localMail: () => Promise.resolve(false) },
    env,
  );
  return { typed: { ...typed, ...common.typed }, secrets: common };
}

async function askHosts(terminal: Terminal): Promise<string[]> {
  const hosts: string[] = [];
  const providers: string[] = [];
  const addresses: string[] = [];
  for (const { place, such, hosts: names } of LAYOUT) {
    const count = names.length === 1 ? 'one host' : 'two hosts';
    const provider = await asked(
      terminal,
      `The ${place} provider, of ${count}${providers.includes(such) ? '' : `, such as ${such}`} [--host] `,
      (line) =>
        providers.includes(line)
          ? `expected another provider than ${line}: what befalls one must leave the others alone`
          : hostProblem('provider', line),
    );
    providers.push(provider);
    let near = names.length > 1;
    for (const name of names) {
      const address = await asked(terminal, `  Public address of ${name} `, (line) =>
        addresses.includes(line)
          ? 'expected another address: each host has its own'
          : hostProblem('address', line),
      );
      addresses.push(address);
      const question = `  Its address in a private network of ${provider}, empty for none `;
      const within = near
        ? await asked(terminal, question, (line) => (line === '' ? null : hostProblem('private', line)))
        : '';
      // A neighbour's is of use only beside one here.
      near = within !== '';
      hosts.push(`${name}=${provider},${address}${within === '' ? '' : `,${within}`}`);
    }
  }
  return hosts;
}

/** Asks until nothing is wrong with the answer. */
async function asked(
  terminal: Terminal,
  question: string,
  problem: (line: string) => string | null | Promise<string | null>,
): Promise<string> {
  for (;;) {
    const line = await terminal.ask(question);
    const wrong = await problem(line);
    if (wrong === null) return line;
    terminal.say(`  ${wrong}\n`);
  }
}

async function keyProblemOf(path: string): Promise<string | null> {
  const why = await keyProblem(path);
  return why === null ? null : `${path}: ${why}`;
}

interface Judge {
  safeParse(value: unknown): { error?: { issues: { message: string }[] } | undefined };
}

function problemOf(schema: Judge, value: unknown): string | null {
  const [issue] = schema.safeParse(value).error?.issues ?? [];
  return issue === undefined ? null : `expected ${issue.message}`;
}

const hostProblem = (key: 'provider' | 'address' | 'private', line: string): string | null =>
  problemOf(inventorySchema.shape.hosts.element.shape[key], line);
