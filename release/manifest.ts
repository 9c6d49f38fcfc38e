/** What oclif would otherwise find out on the host by loading every command, for `--help` alone. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Plugin, settings } from '@oclif/core';

/** Writes oclif.manifest.json for the compiled commands in `folder`; says how many. Rejects when one can't be loaded. */
export async function writeManifest(folder: string, pjson: Record<string, unknown>): Promise<number> {
  settings.enableAutoTranspile = false;
  const oclif = {
    ...(pjson['oclif'] as Record<string, unknown>),
    commands: { strategy: 'pattern', target: './src/commands', globPatterns: ['**/*.js'] },
  };
  const plugin = new Plugin({
    root: folder,
    isRoot: true,
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
    pjson: { ...pjson, oclif } as never,
  });
  await plugin.load();
  await writeFile(join(folder, 'oclif.manifest.json'), JSON.stringify(plugin.manifest));
  return Object.keys(plugin.manifest.commands).length;
}
