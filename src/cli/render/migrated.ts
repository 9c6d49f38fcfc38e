/** What `relay store migrate` did, or would do. */
import type { Migrated } from '../../relay/setup/migrate-store.ts';

/** Steps were shown as they were applied; this is the end of it. */
export function migratedText({ store, applied, toDo, stood, notes }: Migrated, dryRun: boolean): string {
  const lines: string[] = [];
  if (toDo.length > 0) lines.push(`${store}: to be done:`, ...toDo.map((one) => `  ${one}`));
  else if (applied.length > 0)
    lines.push(`${store}: ${counted(applied.length)} applied; the schema is up to date.`);
  else if (stood.length > 0) lines.push(`${store}: the schema is up to date (${stood.join('; ')}).`);
  else lines.push(`${store}: nothing was done.`);
  if (dryRun && toDo.length > 0) lines.push('Nothing was changed. To do it: relay store migrate');
  lines.push(...notes.map((note) => `! ${note}`));
  return `${lines.join('\n')}\n`;
}

const counted = (steps: number): string => (steps === 1 ? '1 step' : `${steps} steps`);
