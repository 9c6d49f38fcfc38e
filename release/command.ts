/** What the commands that build for hosts have in common: `--help`, `--json`, where it goes, how long it took, errors. */
import { relative } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';

interface Built {
  file: string;
  sizeBytes: number;
  sha256: string;
}

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<T extends Options> = ReturnType<typeof parseArgs<{ options: T }>>['values'];

const COMMON = {
  arch: { type: 'string', default: process.arch },
  out: { type: 'string', default: 'dist' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies Options;

/** `own`: its options beside the common ones. `said`: what was built, in words. Sets the exit code. */
export async function releaseCommand<T extends Options, B extends Built>(
  help: string,
  own: T,
  build: (values: Values<T & typeof COMMON>, tell: (text: string) => void) => Promise<B>,
  said: (built: B) => string,
): Promise<void> {
  const tell = (text: string): void => void process.stderr.write(`release: ${text}\n`);
  try {
    const { values } = parseArgs({ options: { ...own, ...COMMON } });
    const { help: wantsHelp, json } = values as Values<typeof COMMON>;
    if (wantsHelp) {
      process.stdout.write(`${help}\n`);
      return;
    }
    const beganMs = performance.now();
    const built = await build(values, tell);
    const tookS = ((performance.now() - beganMs) / 1_000).toFixed(1);
    const size = `${(built.sizeBytes / 1_048_576).toFixed(1)} MiB`;
    process.stdout.write(
      json
        ? `${JSON.stringify(built)}\n`
        : `${relative(process.cwd(), built.file)}  ${size} in ${tookS} s\nsha256 ${built.sha256}\n${said(built)}\n`,
    );
  } catch (error) {
    tell(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
