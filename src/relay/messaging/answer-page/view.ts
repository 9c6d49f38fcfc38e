/** What the page shows: read and put into words by the daemon, in the zone of whoever was sent the link. Types only. */
import type { Severity } from '../../events/types.ts';

export interface AnswerView {
  /** The message that the link came in: `<person>.<code>`. */
  messageId: string;
  /** Whose link it is. */
  name: string;
  /** Those of this part of the page. */
  incidents: ShownIncident[];
  /** What the button for all of them carries. */
  allForm: string;
  /** Of all the message tells of; `unanswered` is null where they are too many to be looked at. */
  total: number;
  unanswered: number | null;
  /** Those that it only counted, in place of `incidents`: one line each. */
  others: { number: number; service: string; summary: string; status: ShownIncident['status'] }[];
  /** Where the part before and the part behind are, as `p=2` or `q=120`; null: there is none. */
  before: string | null;
  next: string | null;
  /** What was pressed, and what became of it. */
  said: Said | null;
  /** Until when the link works: `Sat 28 Nov 02:14 CET`. */
  untilText: string;
  /** When it was read: `Sat 02:17 CET`. */
  nowText: string;
}

/** What an answer brought. `pending`: it is recorded, and being carried out. */
export interface Said {
  kind: 'done' | 'pending' | 'nothing';
  text: string;
}

export interface ShownIncident {
  number: number;
  status: 'triggered' | 'acknowledged' | 'snoozed' | 'resolved';
  /** `until Sat 04:14 CET`, of what is snoozed or waits. */
  until: string | null;
  severity: Severity;
  service: string;
  summary: string;
  /** Longer text of the alert. */
  details: string | null;
  /** `Sat 02:14 CET, 3m ago`. */
  opened: string;
  /** How often it was reported. */
  events: number;
  /** Who has it. */
  assigned: string[];
  /** Who was told, and how. */
  told: { name: string; isReader: boolean; how: string[] }[];
  /** The decisions, the newest first. */
  timeline: { at: string; text: string }[];
  /** What its buttons carry. */
  form: string;
}
