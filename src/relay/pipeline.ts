/**
 * The way of an alert, as one list. Each stage is a folder; each hands over durably to the next; answers walk back.
 * A newcomer reads this first; `test/tidy.test.ts` holds it to the folders that exist.
 */
export interface Stage {
  name: string;
  folder: string;
  takes: string;
  gives: string;
  /** What it keeps between two inputs. */
  state: string;
  /** Where its entrance is. */
  start: string;
}

export const PIPELINE: readonly Stage[] = [
  {
    name: 'events',
    folder: 'events',
    takes: 'a mail, a request, a reply, a command',
    gives: 'an input in the journal',
    state: 'none: accept, write, answer',
    start: 'events/accept.ts',
  },
  {
    name: 'incidents',
    folder: 'incidents',
    takes: 'events, commands, answers, timers',
    gives: '"tell Ana about incident 7", timers',
    state: 'one lineage per (service, dedup key)',
    start: 'incidents/machine.ts',
  },
  {
    name: 'notifications',
    folder: 'notifications',
    takes: '"tell Ana about incident 7", replies, what became of calls',
    gives: 'claimed messages: which channel, which text, which reply code; answers to incidents',
    state: 'one record per responder',
    start: 'notifications/machine.ts',
  },
  {
    name: 'messaging',
    folder: 'messaging',
    takes: 'a claimed message',
    gives: 'one provider call, and what became of it',
    state: 'none: it is in the responder’s record',
    start: 'messaging/port.ts',
  },
];
