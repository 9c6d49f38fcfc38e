/** Runs a program to its end. */
import { execFile } from 'node:child_process';

const OUTPUT_MAX_BYTES = 16 * 1_024 * 1_024;
const TAIL_LINES = 20;

/** What the program printed. Rejects, with the last lines it said, when it can't be started or fails. */
export async function run(
  program: string,
  args: readonly string[],
  where: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { ...where, encoding: 'utf8', maxBuffer: OUTPUT_MAX_BYTES },
      (error, stdout, stderr) => {
        if (error === null) {
          resolve(stdout);
          return;
        }
        const said = `${stdout}${stderr}`.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
        const why =
          typeof error.code === 'number' ? `ended with ${error.code}` : String(error.code ?? error.signal);
        reject(new Error(`${program} ${why}${said === '' ? '' : `:\n${said}`}`));
      },
    );
  });
}
