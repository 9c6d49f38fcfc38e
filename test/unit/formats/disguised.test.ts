/** What a source mails stays what it is on whatever way it comes. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ParsedMail } from '../../../src/relay/events/formats/mail.ts';
import { MAIL_SOURCES } from '../../../src/relay/events/formats/sources/index.ts';
import { readFull } from '../../../src/relay/events/mail/parse.ts';
import { readMailOffline } from '../../../src/relay/events/offline.ts';
import { DISGUISES } from '../../formats/disguises.ts';
import { fixtures } from '../../formats/fixtures.ts';

const known = new Set(MAIL_SOURCES.map(({ name }) => name));
const mails = Map.groupBy(
  fixtures().filter(({ source, http }) => known.has(source) && http === null),
  ({ source }) => source,
);

const parsed = (path: string): Promise<ParsedMail> => readFull(readFileSync(path), null);

/** What counts of an event: what becomes of it, and of which incident. */
async function readOf(raw: Uint8Array): Promise<string[]> {
  const reading = await readMailOffline(raw);
  if ('refused' in reading) return [reading.refused];
  return reading.events.map(({ action, dedupKey, severity, source }) =>
    // Which of two sources a test mail is from may stand in its headers only.
    action === 'none' ? action : [action, source, dedupKey, severity].join(' | '),
  );
}

/** With a tag before their own they can't be told from what has that name: the same way each time, and that is enough. */
const TAGGED = new Set(['elastalert2', 'librenms', 'prtg', 'site24x7', 'synology', 'systemd', 'uptime-kuma']);

/** Nothing but a header says whose they are, and a forward has lost it. */
const BY_HEADER = /^(?:short-format|worded)-/u;

describe.each(Object.entries(DISGUISES))('%s', (how, disguise) => {
  test.each(
    [...mails].filter(([source]) => how !== 'with a tag that some alias adds' || !TAGGED.has(source)),
  )('a mail of %s is read all the same', async (_, some) => {
    for (const { file, path } of some) {
      if (how.startsWith('forwarded') && BY_HEADER.test(file)) continue;
      const now = await readOf(disguise(await parsed(path)));
      expect({ file, events: now }).toEqual({ file, events: await readOf(readFileSync(path)) });
    }
  });
});
