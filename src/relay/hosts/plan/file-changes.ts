/** Files: which are made, changed, removed, and how they differ. */
import { createHash } from 'node:crypto';
import { structuredPatch } from 'diff';
import type { DesiredFile, Facts, FoundFile } from '../types.ts';
import type { FileChange } from './types.ts';

export const sha256Of = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

export const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

const accessOf = (file: { mode: number; owner: string; group: string }): string =>
  `${octal(file.mode)} ${file.owner}:${file.group}`;

/** In the order of `desired`, then what goes: managed before, wanted no longer. */
export function fileChanges(desired: readonly DesiredFile[], facts: Facts): FileChange[] {
  const wanted = new Set(desired.map(({ path }) => path));
  return [
    ...desired.flatMap((file) => change(file, facts.files[file.path] ?? null)),
    ...facts.managed
      .filter((path) => !wanted.has(path))
      .map(
        (path): FileChange => ({
          path,
          action: 'remove',
          secret: false,
          access: null,
          accessBefore: null,
          diff: null,
        }),
      ),
  ];
}

function change(file: DesiredFile, found: FoundFile | null): FileChange[] {
  const access = accessOf(file);
  const { path, secret } = file;
  if (found === null) {
    const diff = secret ? null : difference('', file.content);
    return [{ path, action: 'make', secret, access, accessBefore: null, diff }];
  }
  const accessBefore = accessOf(found) === access ? null : accessOf(found);
  const same = found.sha256 === sha256Of(file.content);
  if (same && accessBefore === null) return [];
  const diff = same || secret || found.text === null ? null : difference(found.text, file.content);
  return [{ path, action: 'change', secret, access, accessBefore, diff }];
}

/** Null: not a text. */
function difference(before: string, content: string | Uint8Array): string | null {
  const after = typeof content === 'string' ? content : textOf(content);
  if (after === null) return null;
  const { hunks } = structuredPatch('', '', before, after, undefined, undefined, { context: 3 });
  return hunks
    .map(
      (hunk) =>
        `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@\n${hidden(hunk.lines.join('\n'))}\n`,
    )
    .join('');
}

/** Plans are pasted into tickets: what stands in an address as a password or a key is not for them. */
const hidden = (text: string): string =>
  text
    .replaceAll(/(?<start>:\/\/[^\s/:@"']*:)[^\s/@"']+(?=@)/gu, '$<start>…')
    .replaceAll(/(?<name>[?&][\w.%-]+=)[^\s&#"']+/gu, '$<name>…');

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
