/** What was sent to people, each with its whole life. */
import type { MessageDetailJson } from '../../relay/api/wire.ts';
import { messageStatus } from './incident.ts';
import { pad, wrap } from './layout.ts';
import { clean, type Style } from './style.ts';
import { clock, when } from './when.ts';

/** Newest first, as they came: a line for each, and its life below. */
export function renderMessages(
  messages: MessageDetailJson[],
  style: Style,
  width: number | null,
  nowMs: number,
): string {
  return messages
    .map((one) => {
      const status = messageStatus(one.status, style);
      const to = `${one.channel} to ${clean(one.to)}`;
      const lead = `${one.id}  ${status.text}  ${to}  `;
      const shown = `${style.bold(one.id)}  ${status.style?.(status.text) ?? status.text}  ${to}  `;
      return wrap(shown, aboutWords(one), width, lead.length) + lifeLines(one, style, width, nowMs, '    ');
    })
    .join('');
}

/** One message: where it went, what became of it, its text, what it told of. */
export function renderMessage(
  one: MessageDetailJson,
  style: Style,
  width: number | null,
  nowMs: number,
): string {
  const status = messageStatus(one.status, style);
  let text = `${style.bold(one.id)}  ${status.style?.(status.text) ?? status.text}\n`;
  text += wrap('  to        ', `${one.person}, ${one.channel} to ${one.to}`, width);
  text += wrap('  claimed   ', when(Date.parse(one.at), nowMs), width);
  const by = one.provider === undefined ? '' : `${one.provider}, `;
  if (one.providerId !== null) text += wrap('  provider  ', `${by}${one.providerId}`, width);
  if (one.error !== null) text += wrap('  error     ', one.error, width);
  if (one.cure !== null) text += wrap('  cure      ', one.cure, width);
  if (one.degraded === true) text += '  sent by a host on its own, without a quorum\n';
  text += `\n${style.bold('About')}\n${aboutLines(one, width)}`;
  text += `\n${style.bold('Text')}\n`;
  if (one.subject !== undefined) text += wrap('  ', `Subject: ${one.subject}`, width);
  text += one.text
    .split('\n')
    .map((line) => (line === '' ? '\n' : wrap('  ', line, width)))
    .join('');
  return `${text}\n${style.bold('Life')}\n${lifeLines(one, style, width, nowMs, '  ')}`;
}

function lifeLines(
  { life }: MessageDetailJson,
  style: Style,
  width: number | null,
  nowMs: number,
  indent: string,
): string {
  const times = life.map(({ at }) => clock(Date.parse(at), nowMs, true));
  const timeWidth = Math.max(0, ...times.map((time) => time.length));
  return life
    .map(({ text }, index) => {
      const at = style.dim(pad(times[index] ?? '', timeWidth));
      return wrap(`${indent}${at}  `, text, width, indent.length + timeWidth + 2);
    })
    .join('');
}

const PURPOSES: Record<Exclude<MessageDetailJson['purpose'], 'incident'>, string> = {
  answer: 'an answer to a reply',
  test: 'a test',
  notice: 'a notice of relay itself',
};

/** The incidents in one line, else what it was for. */
function aboutWords(one: MessageDetailJson): string {
  if (one.purpose !== 'incident') return PURPOSES[one.purpose];
  const [first] = one.incidents;
  if (one.toldOf === 0) return 'an incident that was answered before it was sent';
  if (first === undefined) return `${one.toldOf} incidents`;
  const others = one.toldOf === 1 ? '' : ` and ${one.toldOf - 1} more`;
  return `#${first.number} ${first.summary}${others}`;
}

function aboutLines(one: MessageDetailJson, width: number | null): string {
  if (one.incidents.length === 0) return wrap('  ', aboutWords(one), width);
  const named = one.incidents.map(({ number, service, summary }) =>
    wrap(`  #${number}  `, `${service}: ${summary}`, width),
  );
  const more = one.toldOf - named.length;
  return named.join('') + (more <= 0 ? '' : `  and ${more} more, told together: relay incidents\n`);
}
