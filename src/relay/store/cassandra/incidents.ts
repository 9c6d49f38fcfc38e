/** Incidents as people list them: names by number, entries from their lineages' partitions. */
import { atLeastOne } from '../arguments.ts';
import type { IncidentEntry } from '../port.ts';
import { INCIDENT_KIND, incidentRowKey } from './aggregates.ts';
import type { KeptEntry } from './aggregates.ts';
import { mapAtOnce } from './at-once.ts';
import { textOf } from './cells.ts';
import type { Name, Names } from './names.ts';
import type { Session } from './session.ts';
import { chunksOf } from './work-rows.ts';

const READ = 'SELECT row_key, body FROM aggregates WHERE key = ? AND kind = ? AND row_key IN ?';
/** Blocks read at once by a list that needs several. */
const BLOCKS_AT_ONCE = 8;
const LONGEST_LOOK = 256;

/** Highest number first. A number whose commit isn't there (on its way, or never) is left out. */
export async function listIncidents(
  session: Session,
  names: Names,
  options: { open?: boolean; before?: number; limit: number },
): Promise<IncidentEntry[]> {
  const limit = atLeastOne('limit', options.limit);
  const before = options.before ?? Infinity;
  const onlyOpen = options.open === true;
  const entries: IncidentEntry[] = [];
  const blocks = await names.blocks(before, onlyOpen);
  // One number is asked for more often than all of them.
  for (const some of chunksOf(blocks, limit === 1 ? 1 : BLOCKS_AT_ONCE)) {
    const found = (await mapAtOnce(some, (block) => names.in(block))).flat();
    const wanted = found.filter(({ number, closed }) => number < before && !(onlyOpen && closed));
    const look = options.open === undefined ? Math.min(limit, LONGEST_LOOK) : LONGEST_LOOK;
    for (const part of chunksOf(wanted, look)) {
      const read = await entriesOf(session, part);
      const numbers = new Set(read.map(({ number }) => number));
      names.ledNowhere(part.filter(({ number }) => !numbers.has(number)));
      entries.push(...read.filter(({ open }) => options.open === undefined || open === options.open));
      if (entries.length >= limit) return entries.slice(0, limit);
    }
  }
  return entries;
}

/** In the names' order. */
async function entriesOf(session: Session, names: Name[]): Promise<IncidentEntry[]> {
  const byLineage = [...Map.groupBy(names, ({ lineage }) => lineage)];
  const found = await mapAtOnce(byLineage, async ([lineage, ofLineage]) => {
    const numbers = new Map(ofLineage.map(({ number }) => [incidentRowKey(number), number]));
    const rows = await session.read(READ, [lineage, INCIDENT_KIND, [...numbers.keys()]]);
    return rows.flatMap((row): IncidentEntry[] => {
      const number = numbers.get(textOf(row, 'row_key'));
      return number === undefined ? [] : [entryOf(number, textOf(row, 'body'))];
    });
  });
  return found.flat().sort((a, b) => b.number - a.number);
}

function entryOf(number: number, bodyJson: string): IncidentEntry {
  const { lineage, open, body } = JSON.parse(bodyJson) as KeptEntry;
  return { number, lineage, open, body };
}
