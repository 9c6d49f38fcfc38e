/** The relay command: the fast path, else oclif. Whatever goes wrong ends in one line and an exit code. */
import { commandFile } from './command-file.ts';
import { quickCall } from './fast.ts';
import { processIo } from './process-io.ts';
import { quickCommands } from './quick-commands.ts';
import { report } from './report.ts';

const io = processIo();

// `relay incidents | head`: the reader has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const given = process.argv.slice(2);
const separator = given.indexOf('--');
const isDebug = (word: string, index: number): boolean =>
  word === '--debug' && (separator === -1 || index < separator);
const debug = given.some(isDebug) || (process.env['RELAY_DEBUG'] ?? '') !== '';
const typed = given.filter((word, index) => !isDebug(word, index));
// As many other programs have it: `relay help page` is `relay page --help`.
const argv = typed[0] === 'help' ? [...typed.slice(1), '--help'] : typed;

try {
  if (isVersion(argv)) {
    const { versionLine } = await import('./version-line.ts');
    io.out(versionLine(argv.includes('--json')));
  } else await runCommand();
} catch (error) {
  const told = report(error, debug);
  if (told.text !== '') io.err(told.text);
  process.exitCode = told.exit;
}

/** `--version` alone, or with --json; behind a command's words it is that command's business. */
function isVersion(words: readonly string[]): boolean {
  return words.includes('--version') && words.every((word) => word === '--version' || word === '--json');
}

async function runCommand(): Promise<void> {
  const call = await quickCall(argv, quickCommands, (words) => commandFile(words) !== null);
  if (call === null) {
    const { runWithOclif } = await import('./with-oclif.ts');
    await runWithOclif(argv);
  } else {
    process.exitCode = await call.quick.run(call.args, call.values, io);
  }
}
