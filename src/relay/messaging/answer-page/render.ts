/** The page as HTML: works without scripts and without anything else to load, on a phone at 3 a.m. Pure. */
import { cut, Markup, markup } from './markup.ts';
import { STYLE } from './style.ts';
import type { AnswerView, Said, ShownIncident } from './view.ts';

/** The page with all its parts is smaller, so that it comes over a bad connection in one go. */
export const PAGE_BYTES = 15_000;

/** How much of everything is shown: characters of a text, of the alert's own, lines of the timeline, people told. */
interface Amount {
  chars: number;
  details: number;
  lines: number;
  told: number;
}

/** The first that fits: rather less of everything than a page that takes long. */
const AMOUNTS: readonly Amount[] = [
  { chars: 300, details: 900, lines: 24, told: 12 },
  { chars: 300, details: 600, lines: 8, told: 8 },
  { chars: 220, details: 300, lines: 3, told: 4 },
  { chars: 120, details: 0, lines: 1, told: 2 },
  { chars: 60, details: 0, lines: 0, told: 0 },
  { chars: 20, details: 0, lines: 0, told: 0 },
];

/** What a person who opened the link sees. */
export function answerPage(view: AnswerView): string {
  const alone = view.total === 1;
  const [first] = view.incidents;
  const title = alone && first !== undefined ? `#${first.number} ${first.status}` : `${view.total} incidents`;
  const page = (amount: Amount): string =>
    whole(
      title,
      markup`<header><span>Relay, for ${cut(view.name, 60)}</span><span>${view.nowText}</span></header>${said(
        view.said,
      )}${alone ? null : everything(view)}${view.incidents.map((one) => incident(one, alone, amount))}${others(view, amount)}${parts(
        view,
      )}<footer><p>This link works until ${view.untilText}, and is yours alone: don’t pass it on.</p><p><a href="?">Load again</a></p></footer>`,
      view.said?.kind === 'pending',
    );
  const pages = AMOUNTS.values().map(page);
  let text = '';
  for (text of pages) if (Buffer.byteLength(text) < PAGE_BYTES) break;
  return text;
}

/** What somebody sees whose link leads nowhere: the same for everybody, and nothing of what it was about. */
export const plainPage = (title: string, text: string): string =>
  whole(
    title,
    markup`<section><h1>${title}</h1><p>${text}</p><p class="dim">Reply to the message itself, or on the relay host: relay incidents</p></section>`,
    false,
  );

const STYLED = new Markup(`<style>${STYLE}</style>`);

const whole = (title: string, body: Markup, again: boolean): string =>
  markup`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>${title}</title>${
    again ? markup`<meta http-equiv="refresh" content="3">` : null
  }${STYLED}</head><body><main>${body}</main></body></html>`.text;

const said = (one: Said | null): Markup | null =>
  one === null ? null : markup`<p class="said ${one.kind}" role="status">${one.text}</p>`;

function everything({ total, unanswered, allForm }: AnswerView): Markup {
  const open = unanswered === null ? '' : unanswered === 0 ? 'all answered' : `${unanswered} unanswered`;
  const act =
    unanswered === 0
      ? null
      : markup`<form method="post"><input type="hidden" name="k" value="${allForm}"><button class="wide" name="do" value="ack">Ack all ${unanswered ?? total}</button></form>`;
  return markup`<section><h1>${total} incidents in this message</h1><p class="dim">${open}</p>${act}</section>`;
}

function incident(one: ShownIncident, alone: boolean, amount: Amount): Markup {
  const { chars, details: detailChars } = amount;
  const facts = [
    `Opened ${one.opened}`,
    ...(one.events > 1 ? [`reported ${one.events} times`] : []),
    ...(one.assigned.length === 0 ? [] : [`with ${cut(one.assigned.join(', '), chars)}`]),
  ];
  const status = one.until === null ? one.status : `${one.status} ${one.until}`;
  const details =
    one.details === null || detailChars === 0
      ? null
      : markup`<details><summary>What the alert says</summary><pre>${cut(one.details, detailChars)}</pre></details>`;
  const history = [told(one, amount), timeline(one, amount)].filter((part) => part !== null);
  // Of several, what is to be done comes first.
  const behind =
    history.length === 0
      ? null
      : markup`<details><summary>Who was told, what happened</summary>${history}</details>`;
  return markup`<section id="i${one.number}"><p><span class="chip ${one.status}">${status}</span> <b>#${one.number}</b> ${
    one.severity === 'unknown' ? '' : `${one.severity}, `
  }${cut(one.service, chars)}</p><h2>${cut(one.summary, chars)}</h2><p class="dim">${facts.join('; ')}</p>${buttons(
    one,
  )}${details}${alone ? history : behind}</section>`;
}

/** What is resolved has none; what somebody has is not acknowledged again, but for the end of a snooze. */
function buttons({ status, form }: ShownIncident): Markup | null {
  if (status === 'resolved') return null;
  const ack =
    status === 'acknowledged' ? null : markup`<button class="wide" name="do" value="ack">Ack</button>`;
  return markup`<form method="post"><input type="hidden" name="k" value="${form}">${ack}<div class="two"><button class="ok" name="do" value="resolve">Resolve</button><button class="up" name="do" value="escalate">Escalate</button></div><span class="label dim">Snooze</span><button name="do" value="snooze-30m">30 min</button><button name="do" value="snooze-2h">2 h</button><button name="do" value="snooze-9">until 9:00</button></form>`;
}

function told({ told: all }: ShownIncident, { told: most, chars }: Amount): Markup | null {
  if (all.length === 0 || most === 0) return null;
  const shown = all.slice(0, most).map(({ name, isReader, how }) => {
    const who = isReader ? `${cut(name, 60)} (you)` : cut(name, 60);
    return markup`<li><b>${who}</b> <span class="dim">${cut(how.join(', '), chars)}</span></li>`;
  });
  const more = all.length > most ? markup`<li class="dim">and ${all.length - most} more</li>` : null;
  return markup`<h3>Who was told</h3><ul>${shown}${more}</ul>`;
}

function timeline({ timeline: all, number }: ShownIncident, { lines, chars }: Amount): Markup | null {
  if (all.length === 0 || lines === 0) return null;
  const shown = all
    .slice(0, lines)
    .map(({ at, text }) => markup`<li><time>${at}</time>${cut(text, chars)}</li>`);
  const left = all.length - shown.length;
  const more = left > 0 ? markup`<li class="dim">${left} earlier: relay incident show ${number}</li>` : null;
  return markup`<h3>What happened</h3><ol>${shown}${more}</ol>`;
}

/** Those that the message only counted: where somebody can see them. */
function others({ others: all }: AnswerView, { chars }: Amount): Markup | null {
  if (all.length === 0) return null;
  const lines = all.map(
    ({ number, service, summary, status }) =>
      markup`<li><span class="${status}">${status}</span> <b>#${number}</b> ${cut(service, chars)}: ${cut(summary, chars)}</li>`,
  );
  return markup`<section><h2>Not named in the message</h2><ul>${lines}</ul></section>`;
}

function parts({ before, next }: AnswerView): Markup | null {
  if (before === null && next === null) return null;
  const to = (other: string | null, text: string): Markup =>
    other === null ? markup`<span></span>` : markup`<a href="?${other}">${text}</a>`;
  return markup`<nav>${to(before, 'Before')}${to(next, 'Next')}</nav>`;
}
