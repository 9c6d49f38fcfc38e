import type { Source } from './sources.ts';
import { valueImports } from './sources.ts';

/** Folders whose files are functions of their arguments: no clock, no random, no I/O. */
export const PURE_FOLDERS = [
  'src/relay/events/formats/',
  'src/relay/heartbeats/',
  'src/relay/incidents/',
  'src/relay/notifications/',
  'src/relay/oncall/',
];

/** The files that put the parts together; nothing else may know every part. */
const KNOWS_ALL = [
  'src/relay/daemon.ts',
  'src/relay/main.ts',
  'src/relay/run.ts',
  'src/relay/daemon/',
  'src/relay/pipeline.ts',
];

/** Vocabulary that holds a few constants and error classes, and no behaviour: every folder may use them. */
const PORTS = [
  'src/relay/events/types.ts',
  'src/relay/store/port.ts',
  'src/relay/store/places.ts',
  'src/relay/messaging/port.ts',
  'src/relay/messaging/placeholders.ts',
  'src/relay/engine/ports.ts',
  'src/relay/peers/port.ts',
  'src/relay/heartbeats/rows.ts',
  'src/relay/incidents/rows.ts',
  'src/relay/notifications/rows.ts',
  'src/relay/version.ts',
];

/** Reading and writing times is the same work in a command as in the daemon, and pure. */
const TIMES = 'src/relay/oncall/times.ts';

/** A roster file is checked, and answers who is on call, where no daemon is. */
const ROSTER_OFFLINE = 'src/relay/roster-file/offline.ts';
/** An import is made into a text on the machine where the export lies. */
const ROSTER_IMPORT = 'src/relay/roster-file/import.ts';

/** What a mail would become is told where no daemon is. */
const EVENTS_OFFLINE = 'src/relay/events/offline.ts';

/** Readings of whatever store there is: asked by whoever shows, and by whoever acts on it. */
const READINGS = ['src/relay/store/told.ts', 'src/relay/store/incident-pages.ts'];

/** What a folder may import as values, besides itself and the ports. Types may come from anywhere. */
const MAY_USE: Record<string, string[]> = {
  'src/relay/engine/': [
    ...READINGS,
    'src/relay/heartbeats/',
    'src/relay/incidents/',
    'src/relay/notifications/',
    'src/relay/oncall/',
  ],
  'src/relay/store/': [],
  'src/relay/observe/': [],
  // A process of its own: the numbers of a host, told the way relay's are.
  'src/relay/agent/': ['src/relay/observe/', 'src/relay/daemon/system.ts'],
  'src/relay/config/': [],
  'src/relay/messaging/': [],
  'src/relay/mail-dns/': [],
  'src/relay/cluster/': ['src/relay/config/', 'src/relay/store/'],
  'src/relay/peers/': ['src/relay/config/listen.ts'],
  // The spool's disk is an SQLite file as the store's is: the same cells, the same words for what fails.
  'src/relay/events/spool/disk': ['src/relay/events/', 'src/relay/store/'],
  // One worker reads every mail under one deadline, alerts and answers alike.
  'src/relay/events/mail/': ['src/relay/events/', 'src/relay/messaging/reply-mail.ts'],
  'src/relay/events/': ['src/relay/oncall/'],
  'src/relay/calendar/': ['src/relay/oncall/'],
  'src/relay/roster-file/': ['src/relay/oncall/', 'src/relay/calendar/', 'src/relay/events/formats/rules/'],
  'src/relay/api/': [
    ...READINGS,
    'src/relay/oncall/',
    'src/relay/events/',
    'src/relay/config/',
    // Loaded when somebody gives a calendar, or wants one.
    'src/relay/calendar/',
    // Loaded when a roster file is at hand: the daemon starts without it.
    'src/relay/roster-file/',
  ],
  // Reaches hosts by ssh; the daemon knows nothing of it.
  'src/relay/hosts/': ['src/relay/config/', 'src/relay/setup/', 'src/relay/roster-file/'],
  'src/relay/setup/': [
    'src/relay/config/',
    'src/relay/store/',
    'src/relay/oncall/',
    'src/relay/messaging/',
    'src/relay/mail-dns/',
    // The first roster is an edit like any other.
    'src/relay/engine/roster-book.ts',
  ],
  'src/relay/backup/': [
    'src/relay/config/',
    'src/relay/store/',
    // Which daemons are still at work.
    'src/relay/cluster/signs.ts',
    'src/relay/setup/write-whole.ts',
    // Codes that were handed out after the backup aren't handed out again.
    'src/relay/notifications/codes.ts',
  ],
  'src/standins/': [],
  'src/demo/': [
    'src/cli/',
    'src/standins/',
    'src/relay/setup/',
    'src/relay/config/',
    'src/relay/api/wire.ts',
  ],
  'src/commands/': [
    'src/cli/',
    'src/demo/',
    'src/standins/',
    'src/relay/backup/',
    'src/relay/setup/',
    'src/relay/cluster/',
    'src/relay/hosts/',
    'src/relay/config/',
    'src/relay/api/wire.ts',
    TIMES,
    ROSTER_OFFLINE,
    ROSTER_IMPORT,
    EVENTS_OFFLINE,
  ],
  'src/cli/': [
    'src/standins/',
    'src/relay/backup/',
    'src/relay/setup/',
    'src/relay/cluster/',
    'src/relay/hosts/',
    // What finds no daemon here is handed to another host.
    'src/relay/peers/',
    'src/relay/config/',
    'src/relay/api/wire.ts',
    TIMES,
    ROSTER_OFFLINE,
    ROSTER_IMPORT,
    EVENTS_OFFLINE,
  ],
};

/** Each import that goes against the order of the parts, as `file imports target: why not`. */
export function wrongDirections(sources: Source[]): string[] {
  return sources.flatMap((source) => {
    if (PORTS.includes(source.path)) return onlyPorts(source);
    if (KNOWS_ALL.some((one) => source.path.startsWith(one))) return [];
    const pure = PURE_FOLDERS.find((folder) => source.path.startsWith(folder));
    if (pure !== undefined) return impureImports(source, pure);
    const folder = Object.keys(MAY_USE).find((one) => source.path.startsWith(one));
    if (folder === undefined)
      return [`${source.path}: belongs to no part that test/tidy/directions.ts knows`];
    const allowed = [folder, ...PORTS, ...(MAY_USE[folder] ?? [])];
    return valueImports(source)
      .filter(({ target }) => target.startsWith('src/') && !allowed.some((one) => target.startsWith(one)))
      .map(({ target }) => `${source.path} imports ${target}: ${folder} may not use it`);
  });
}

/** What everybody may use may itself use nothing of ours but its like. */
function onlyPorts(source: Source): string[] {
  return valueImports(source)
    .filter(({ target }) => target.startsWith('src/') && !PORTS.includes(target))
    .map(({ target }) => `${source.path} imports ${target}: a port takes only types from elsewhere`);
}

/** Packages that are functions of their arguments too, and small; the pure folders may use them. */
const PURE_PACKAGES = ['any-ascii', 'email-reply-parser', 'node:crypto', 're2js'];

/** Folders of another pure folder that one may use: what reads the team's rules also says what is wrong with them. */
const PURE_NEIGHBOURS: Record<string, string[]> = {
  'src/relay/oncall/': ['src/relay/events/formats/rules/'],
};

/** A pure folder takes values from itself and hashing from node:crypto; it takes types from anywhere. */
function impureImports(source: Source, folder: string): string[] {
  return valueImports(source)
    .filter(
      ({ target }) =>
        ![folder, ...PORTS, ...(PURE_NEIGHBOURS[folder] ?? [])].some((one) => target.startsWith(one)),
    )
    .filter(({ target }) => !PURE_PACKAGES.includes(target))
    .map(({ target }) => `${source.path} imports ${target}: a pure folder takes only types from elsewhere`);
}

/** Packages that cost 35 ms and more to load. */
const HEAVY = [
  'twilio',
  'imapflow',
  'mailparser',
  'nodemailer',
  'cassandra-driver',
  'smtp-server',
  'zod',
  'fastify',
  // It costs ten, and is only needed where the team has rules.
  're2js',
];

/** Heavy packages that are loaded as soon as one of `entries` is, with the way that leads there. */
export function heavyOnStart(sources: Source[], entries: string[], heavy: string[] = HEAVY): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const found: string[] = [];
  for (const entry of entries) {
    const waysTo = new Map<string, string[]>([[entry, [entry]]]);
    for (const [path, way] of waysTo) {
      const source = byPath.get(path);
      if (source === undefined) continue;
      for (const { target, dynamic } of valueImports(source)) {
        if (dynamic) continue;
        if (heavy.includes(packageOf(target))) found.push(`${target} is loaded on start: ${way.join(' > ')}`);
        if (target.startsWith('src/') && !waysTo.has(target)) waysTo.set(target, [...way, target]);
      }
    }
  }
  return found;
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? '');
}
