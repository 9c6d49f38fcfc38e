/** `relay init --cluster` from beginning to end: what is there, what is asked, what is checked, what is written. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readSecret } from '../../../config/secrets.ts';
import { ConfigError } from '../../../config/types.ts';
import { headerFor } from '../../../roster-file/header.ts';
import { exportRoster } from '../../../roster-file/export.ts';
import { firstRoster } from '../../../setup/answers.ts';
import type { PersonWish } from '../../../setup/answers.ts';
import type { Terminal } from '../../../setup/questions.ts';
import { replaceFile, writeNew } from '../../../setup/write-whole.ts';
import { openSecrets } from '../../secrets/open.ts';
import { SECRETS_FOLDER } from '../../secrets/folder.ts';
import type { Inventory } from '../../types.ts';
import type { Finding } from '../finding.ts';
import { INVENTORY_NAME, inventoryFindings, inventoryOf } from '../read.ts';
import { sshFileProblems } from '../ssh-files.ts';
import { clusterText } from './file.ts';
import { askCluster } from './questions.ts';
import { readClusterAnswers } from './typed.ts';
import type { ClusterAnswers, ClusterTyped } from './typed.ts';

export interface ClusterInit {
  /** --dir. */
  dir: string | undefined;
  /** Paths of files in it are absolute, or begin with ~. */
  typed: ClusterTyped;
  /** Null: take the defaults and ask nothing. */
  terminal: Terminal | null;
  cwd: string;
  env: NodeJS.ProcessEnv;
  warn: (text: string) => void;
}

export interface ClusterMade {
  inventory: string;
  /** False: it was there already, and nothing has been touched. */
  changed: boolean;
  hosts: { name: string; provider: string; address: string }[];
  /** Takes mail from anywhere; null: told by an earlier run, and by no other. */
  emailWithKey: string | null;
  findings: Finding[];
}

const ROSTER_HEADER = `# The people that relay begins with: applied once, while it has no roster.
# Later changes: relay roster export, edit, relay roster apply.

`;

/** Rejects with ConfigError when what was told can't be, or what writing rejects with. cluster.yaml comes last of all. */
export async function initCluster(options: ClusterInit): Promise<ClusterMade> {
  const dir = resolve(options.cwd, options.dir ?? 'relay-cluster');
  const path = join(dir, INVENTORY_NAME);
  if (existsSync(path)) return made(inventoryOf(path, await readFile(path)), false, null);
  const asked =
    options.terminal === null
      ? { typed: options.typed, secrets: {} }
      : await askCluster(options.typed, options.terminal, options.env, options.cwd);
  const env = {
    ...options.env,
    ...(asked.secrets.mailPassword === undefined ? {} : { RELAY_MAIL_PASSWORD: asked.secrets.mailPassword }),
    ...(asked.secrets.twilioToken === undefined
      ? {}
      : { RELAY_TWILIO_AUTH_TOKEN: asked.secrets.twilioToken }),
  };
  const { answers, files } = withSecretFiles(readClusterAnswers(asked.typed, env), dir, env);
  const text = clusterText(answers, path);
  const inventory = judged(path, text);
  await readNamed(answers, files, options.warn);
  const missing = await sshFileProblems(inventory);
  if (missing.length > 0)
    throw new ConfigError(missing.map(({ key, path: file, why }) => `--ssh-${key}: ${file}: ${why}`));
  const key = randomBytes(16).toString('hex');
  const roster = rosterText(answers.people, key);

  await mkdir(dir, { recursive: true, mode: 0o750 });
  if (files.size > 0) await mkdir(join(dir, 'secrets'), { recursive: true, mode: 0o700 });
  for (const [file, secret] of files) await replaceFile(file, `${secret}\n`, 0o600);
  await openSecrets(inventory);
  await replaceFile(join(dir, 'roster.yaml'), roster, 0o640);
  await writeNew(path, text, 0o644);
  return made(inventory, true, `default-${key}@${inventory.domain}`);
}

const made = (inventory: Inventory, changed: boolean, emailWithKey: string | null): ClusterMade => ({
  inventory: inventory.path,
  changed,
  hosts: inventory.hosts.map(({ name, provider, address }) => ({ name, provider, address })),
  emailWithKey,
  findings: inventoryFindings(inventory),
});

function rosterText(people: PersonWish[], key: string): string {
  const roster = firstRoster(people, createHash('sha256').update(key).digest('hex'));
  const { text, version } = exportRoster(roster, null);
  // A version would make it a change of a roster, and this is the first.
  return `${ROSTER_HEADER}${text.slice(headerFor(version).length)}`;
}

/** Secrets that were typed, or stand in this run's environment, get files: the hosts' daemons have no environment. */
function withSecretFiles(
  answers: ClusterAnswers,
  dir: string,
  env: NodeJS.ProcessEnv,
): { answers: ClusterAnswers; files: Map<string, string> } {
  const files = new Map<string, string>();
  const keep = (name: string, variable: string): string | undefined => {
    const secret = env[variable] ?? '';
    if (secret === '') return undefined;
    const file = join(dir, 'secrets', name);
    files.set(file, secret);
    return file;
  };
  const { mail, twilio } = answers;
  const password =
    mail === undefined ? undefined : (mail.passwordFile ?? keep('mail-password', 'RELAY_MAIL_PASSWORD'));
  const token =
    twilio === undefined
      ? undefined
      : (twilio.authTokenFile ?? keep('twilio-token', 'RELAY_TWILIO_AUTH_TOKEN'));
  return {
    files,
    answers: {
      ...answers,
      mail: mail === undefined || password === undefined ? mail : { ...mail, passwordFile: password },
      twilio: twilio === undefined || token === undefined ? twilio : { ...twilio, authTokenFile: token },
    },
  };
}

/** A secret's file that isn't there is told now, and not by the first plan. */
async function readNamed(
  { mail, twilio }: ClusterAnswers,
  written: ReadonlyMap<string, string>,
  warn: (text: string) => void,
): Promise<void> {
  const wanted = [
    { key: '--mail-password-file', file: mail?.passwordFile },
    { key: '--twilio-token-file', file: twilio?.authTokenFile },
  ];
  for (const { key, file } of wanted) {
    if (file !== undefined && !written.has(file))
      await readSecret({ key, variable: '', file, env: {}, warn });
  }
}

/** The flag behind each key of the file that a problem can be about. */
const FLAGS: [RegExp, string][] = [
  [/^hosts\b/u, '--host'],
  [/^domain\b/u, '--domain'],
  [/^publicUrl\b/u, '--public-url'],
  [/^ssh\.(?<key>user|key|config)\b/u, '--ssh-$<key>'],
  [/^admins\b/u, '--admin'],
];

/** The file as `plan` will read it; what is wrong is told of the flag, as nobody has seen the file. */
function judged(path: string, text: string): Inventory {
  try {
    return inventoryOf(path, Buffer.from(text));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new ConfigError(
      error.problems.map((problem) => {
        const [, key = '', what = problem] =
          /^[^\n]*?:\d+: (?<key>[\w.]+): (?<what>.*)$/su.exec(problem) ?? [];
        const flag = FLAGS.find(([pattern]) => pattern.test(key));
        if (flag === undefined) return problem;
        return `${key.replace(flag[0], flag[1]).replace(/^(?<flag>--[\w-]+).*$/u, '$<flag>')}: ${what}`;
      }),
    );
  }
}

/** What it says when it is done, and what to do next. `relay`: how the command is called in the file's folder. */
export function clusterToldText(done: ClusterMade, cwd: string, relay = 'relay'): string {
  const { inventory, findings, hosts } = done;
  const dir = resolve(inventory, '..');
  const go = dir === cwd ? [] : [`  cd ${dir}`];
  const next = [
    '',
    'Next, see what it would do to the hosts; nothing is changed by that:',
    ...go,
    `  ${relay} cluster plan`,
  ];
  const lines = done.changed
    ? [
        `Written: ${inventory}, with roster.yaml and ${SECRETS_FOLDER}/ beside it`,
        `  ${hosts.map(({ name, provider }) => `${name} at ${provider}`).join(', ')}`,
        `Keep a copy of ${join(dir, SECRETS_FOLDER)} where only you can read it: it holds the keys of the cluster.`,
        ...findings.map(
          ({ level, what, cure }) =>
            `${level === 'note' ? 'Note' : 'Warning'}: ${what}.${cure === '' ? '' : ` Cure: ${cure}.`}`,
        ),
        '',
        'Once it runs, mail alerts to',
        `  ${done.emailWithKey}`,
        'The key in it is shown only now; another one: relay service key default',
        ...next,
      ]
    : [`Nothing changed: ${inventory} is there already. To change something, edit it.`, ...next];
  return `${lines.join('\n')}\n`;
}
