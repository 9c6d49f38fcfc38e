/** Which commit a release is built from. */
import { run } from './run.ts';

export interface BuiltFrom {
  /** The commit, with `+edits` behind it when the tree differed from it. */
  commit: string;
  /** The commit's time, for every file in the release: seconds since 1970. */
  atSeconds: number;
}

/** Rejects when `root` is no git checkout: a release says what it was built from. */
export async function builtFrom(root: string): Promise<BuiltFrom> {
  const git = (...words: string[]): Promise<string> => run('git', ['-C', root, ...words]);
  const [commit = '', at = ''] = (await git('log', '-1', '--format=%H %ct')).trim().split(' ');
  const edits = (await git('status', '--porcelain')).trim();
  return { commit: edits === '' ? commit : `${commit}+edits`, atSeconds: Number(at) };
}
