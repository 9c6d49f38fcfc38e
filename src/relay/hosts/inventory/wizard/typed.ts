/** What `relay init --cluster` was told, as it was typed. */
import { readAnswers, readPerson } from '../../../setup/answers.ts';
import type { Answers, PersonWish, Typed } from '../../../setup/answers.ts';
import { ConfigError } from '../../../config/types.ts';

export interface ClusterTyped extends Omit<Typed, 'http' | 'smtp'> {
  /** `a1=PROVIDER,ADDRESS` or `a1=PROVIDER,ADDRESS,PRIVATE`. */
  hosts: string[];
  sshUser?: string | undefined;
  sshKey?: string | undefined;
  sshConfig?: string | undefined;
  /** CIDR each. */
  admins: string[];
}

export interface HostWish {
  name: string;
  provider: string;
  address: string;
  private?: string;
}

/** Everything, read but not yet judged as a cluster. */
export interface ClusterAnswers {
  hosts: HostWish[];
  domain: string;
  publicUrl: string | undefined;
  ssh: { user?: string; key?: string; config?: string };
  admins: string[];
  mail: Answers['file']['mail'];
  twilio: Answers['file']['twilio'];
  people: PersonWish[];
}

const FORM =
  'expected NAME=PROVIDER,ADDRESS or NAME=PROVIDER,ADDRESS,PRIVATE such as a1=hetzner,192.0.2.1,10.0.0.1';

/** A text: the problem. */
export function readHost(text: string): HostWish | string {
  const match = /^(?<name>[^=,]+)=(?<provider>[^=,]+),(?<address>[^=,]+)(?:,(?<private>[^=,]+))?$/u.exec(
    text,
  );
  const { name, provider, address, private: near } = match?.groups ?? {};
  if (name === undefined || provider === undefined || address === undefined)
    return `--host ${JSON.stringify(text)}: ${FORM}`;
  const wish = { name: name.trim(), provider: provider.trim(), address: address.trim() };
  return near === undefined ? wish : { ...wish, private: near.trim() };
}

/** Rejects with ConfigError naming each flag that is wrong or missing, of those that a single host has too. */
export function readClusterAnswers(typed: ClusterTyped, env: NodeJS.ProcessEnv): ClusterAnswers {
  const problems: string[] = [];
  const hosts: HostWish[] = [];
  for (const text of typed.hosts) {
    const host = readHost(text);
    if (typeof host === 'string') problems.push(host);
    else hosts.push(host);
  }
  if (typed.hosts.length === 0)
    problems.push(`--host: expected five hosts at three providers; for each, ${FORM}`);
  if (typed.domain === undefined)
    problems.push('--domain: expected the domain that alerts are mailed to such as alerts.example.com');
  let common: Answers | null = null;
  try {
    common = readAnswers({ ...typed, http: '127.0.0.1:8080', smtp: '127.0.0.1:2525' }, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems.filter((problem) => !problem.startsWith('--domain')));
  }
  if (problems.length > 0 || common === null) throw new ConfigError(problems);
  return {
    hosts,
    domain: typed.domain ?? '',
    publicUrl: typed.publicUrl,
    ssh: {
      ...(typed.sshUser === undefined ? {} : { user: typed.sshUser }),
      ...(typed.sshKey === undefined ? {} : { key: typed.sshKey }),
      ...(typed.sshConfig === undefined ? {} : { config: typed.sshConfig }),
    },
    admins: typed.admins,
    mail: common.file.mail,
    twilio: common.file.twilio,
    people: typed.people.flatMap((one) => {
      const person = readPerson(one);
      return typeof person === 'string' ? [] : [person];
    }),
  };
}
