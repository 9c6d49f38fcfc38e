/** The inventory without one of its hosts, in memory and as a file. */
import { readFile, stat } from 'node:fs/promises';
import { isMap, isSeq, parseDocument } from 'yaml';
import { replaceFile } from '../../setup/write-whole.ts';
import { layoutFindings } from '../inventory/layout.ts';
import type { HostSpec, Inventory } from '../types.ts';

export const inventoryWithout = (inventory: Inventory, name: string): Inventory => ({
  ...inventory,
  hosts: inventory.hosts.filter((host) => host.name !== name),
});

/** Why such hosts would be no layout to live with; empty: they are. */
export const layoutProblems = (hosts: readonly HostSpec[]): string[] =>
  layoutFindings(hosts)
    .filter(({ level }) => level === 'refuse')
    .map(({ what, cure }) => `${what}; ${cure}`);

/** Takes the host out of cluster.yaml; comments and the rest stay as they are. False: it isn't in it. */
export async function removeFromFile(path: string, name: string): Promise<boolean> {
  const document = parseDocument(await readFile(path, 'utf8'));
  const hosts = document.get('hosts');
  if (!isSeq(hosts)) return false;
  const at = hosts.items.findIndex((item) => isMap(item) && item.get('name') === name);
  if (at < 0) return false;
  hosts.delete(at);
  const { mode } = await stat(path);
  await replaceFile(path, document.toString({ lineWidth: 0 }), mode & 0o777);
  return true;
}
