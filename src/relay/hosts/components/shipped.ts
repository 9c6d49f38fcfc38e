/** Files that say no secret and belong to root, and those of them that come with this release. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installedRoot } from '../../setup/release.ts';
import type { DesiredFile } from '../types.ts';

/** As everybody may read it. */
export const plainFile = (path: string, content: string): DesiredFile => ({
  path,
  content,
  mode: 0o644,
  owner: 'root',
  group: 'root',
  secret: false,
});

/** The text of a file of this release, by its path within it. */
export const shippedText = (path: string): string => readFileSync(join(installedRoot(), path), 'utf8');
