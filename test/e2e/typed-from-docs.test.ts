/** The README's "Every day" and what is built on it in docs/policies.md and docs/notifications.md, typed in order. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startRelay } from './harness/relay.ts';

/** Two dozen commands, each a process of its own. */
const LONG_MS = 180_000;

/** Need what a test has not: a terminal that is followed, another store, hosts by ssh, a folder of the machine's, another tool's export. */
const LEFT_OUT =
  /^(?:tail$|store |backup |restore |cluster |firewall |rules test |completion |roster import )/u;

/** The commands of a document's shell blocks after a heading, without their comments. */
function typedIn(file: string, heading: string): string[] {
  const text = readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
  const [, after = ''] = text.split(`${heading}\n`);
  const blocks = [...(after.split('\n## ')[0] ?? '').matchAll(/```sh\n([\s\S]*?)```/g)];
  const lines = blocks.flatMap(([, block = '']) => block.split('\n'));
  return lines
    .filter((line) => line.startsWith('relay '))
    .map((line) => line.slice('relay '.length).replace(/\s+#.*$/u, ''));
}

const words = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare = '']) => quoted ?? bare);

test(
  'every day, and policies: each command does what it says',
  async () => {
    const relay = await startRelay({ people: ['ana', 'ben'] });
    const lines = [
      ...typedIn('README.md', '## Every day'),
      ...typedIn('docs/policies.md', '# Escalation policies: who waits, who is told again, who takes over'),
      ...typedIn('docs/notifications.md', '# How a person is told: rules, quiet hours, and when it stops'),
      ...typedIn('docs/notifications.md', '## Rules'),
      ...typedIn('docs/notifications.md', '## Quiet hours'),
    ].filter((line) => !LEFT_OUT.test(line));
    expect(lines.length).toBeGreaterThan(30);
    for (const line of lines) {
      // The installation of the tests has the service already.
      const typed = line === 'service add db --policy night' ? 'service edit db --policy night' : line;
      const [command = '', into] = typed.split(' > ');
      const ended = await relay.command(...words(command));
      expect({ typed, exit: ended.exit, err: ended.err }).toEqual({ typed, exit: 0, err: '' });
      if (into !== undefined) await writeFile(join(relay.dir, into), ended.out);
    }
  },
  LONG_MS,
);
