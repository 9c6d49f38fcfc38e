/** The story as data: what is done, what must then happen, and by when. */
import { ANA, BEN, DOMAIN, ESCALATE_AFTER_MS, RELAY_PHONE } from './scene.ts';
import type { Scene } from './scene.ts';
import type { Happened } from './witness.ts';

export interface Step {
  /** What is to happen, told once it has. */
  title: string;
  /** Said before waiting. */
  before?: string;
  /** What brings it about; absent: Relay does it by itself. */
  act?: (scene: Scene) => Promise<void>;
  /** Ben's answer: typed by the person at the terminal, or by itself. */
  answer?: true;
  happened: (event: Happened) => boolean;
  deadlineMs: number;
  /** One line about the event. */
  show: (event: Happened) => string;
}

const USUAL_MS = 5_000;

const sms = (to: string) => (event: Happened) => event.kind === 'sms' && event.to === to;
const mail = (to: string) => (event: Happened) => event.kind === 'mail' && event.to === to;
const relay = (kind: string, actor?: string) => (event: Happened) =>
  event.kind === 'relay' && event.said.kind === kind && (actor === undefined || event.said.actor === actor);
export function story(): Step[] {
  return [
    {
      title: 'The alert mail is accepted: from here on it can not be lost',
      before: `A monitoring tool mails db@${DOMAIN} over SMTP: "PROBLEM: disk full on db1".`,
      act: (scene) => scene.mailAlert('PROBLEM: disk full on db1', 'db1: /var is 97% full.\n'),
      happened: (event) => event.kind === 'taken',
      deadlineMs: USUAL_MS,
      show: shown,
    },
    { title: 'An incident is opened', happened: relay('opened'), deadlineMs: USUAL_MS, show: shown },
    { title: "Ana's phone receives the page", happened: sms(ANA.phone), deadlineMs: USUAL_MS, show: shown },
    { title: "Ana's mailbox receives it too", happened: mail(ANA.email), deadlineMs: USUAL_MS, show: shown },
    {
      title: 'Nobody answered: it escalates',
      before: `Ana sleeps. Ben is next, after ${ESCALATE_AFTER_MS / 1_000} s.`,
      happened: relay('escalate'),
      deadlineMs: ESCALATE_AFTER_MS + USUAL_MS,
      show: shown,
    },
    { title: "Ben's phone receives the page", happened: sms(BEN.phone), deadlineMs: USUAL_MS, show: shown },
    {
      title: "Ben's answer acknowledges the incident: nobody else is paged",
      answer: true,
      happened: relay('acknowledged', BEN.id),
      deadlineMs: 2 * USUAL_MS,
      show: shown,
    },
    {
      title: 'The recovery mail resolves the incident',
      before: 'The disk has space again. The monitoring tool mails "RECOVERY: disk full on db1".',
      act: (scene) => scene.mailAlert('RECOVERY: disk full on db1', 'db1: /var is 41% full.\n'),
      happened: relay('resolved'),
      deadlineMs: USUAL_MS,
      show: shown,
    },
  ];
}

/** The event in a line, with who or what said it. */
function shown(event: Happened): string {
  if (event.kind === 'sms') return `SMS from ${RELAY_PHONE} to ${event.to}: ${event.body}`;
  if (event.kind === 'mail') return `mail to ${event.to}: ${event.subject}`;
  if (event.kind === 'taken') return `mail server: ${event.response}`;
  return `relay: ${event.said.text}`;
}
