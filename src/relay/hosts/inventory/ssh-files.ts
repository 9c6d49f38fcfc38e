/** The key and the ssh_config that ssh is given: it would go on without a key that isn't there, and fail at every host. */
import { existsSync } from 'node:fs';
import type { Inventory } from '../types.ts';
import { contentOf } from './file-content.ts';

export interface SshFileProblem {
  key: 'key' | 'config';
  path: string;
  /** In words. */
  why: string;
}

/** Each file once. */
export async function sshFileProblems({ hosts }: Pick<Inventory, 'hosts'>): Promise<SshFileProblem[]> {
  const wanted = new Map<string, SshFileProblem['key']>();
  for (const { ssh } of hosts) {
    if (ssh.identityFile !== null) wanted.set(ssh.identityFile, 'key');
    if (ssh.configFile !== null) wanted.set(ssh.configFile, 'config');
  }
  const problems: SshFileProblem[] = [];
  for (const [path, key] of wanted) {
    const why = key === 'key' ? await keyProblem(path) : textProblem(await contentOf(path));
    if (why !== null) problems.push({ key, path, why });
  }
  return problems;
}

/** Null: ssh can use it. The public half alone will do: an agent may hold the other (IdentityFile in ssh_config(5)). */
export async function keyProblem(path: string): Promise<string | null> {
  const problem = textProblem(await contentOf(path));
  return problem === 'no such file' && existsSync(`${path}.pub`) ? null : problem;
}

const textProblem = (content: Uint8Array | string): string | null =>
  typeof content === 'string' ? content : null;
