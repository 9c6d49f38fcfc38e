/** One line of `relay tail`. */
import type { HappeningJson } from '../../relay/api/wire.ts';
import { pad, wrap } from './layout.ts';
import type { Style } from './style.ts';
import { clean } from './style.ts';
import { clock } from './when.ts';

export function renderHappening(
  one: HappeningJson,
  style: Style,
  width: number | null,
  nowMs: number,
): string {
  const at = clock(Date.parse(one.at), nowMs, true);
  const about = one.incident === undefined ? '' : `#${one.incident}`;
  const lead = `${at}  ${pad(about, 5)}  ${pad(clean(one.kind), 12)}  `;
  const shown = `${style.dim(at)}  ${style.bold(pad(about, 5))}  ${pad(clean(one.kind), 12)}  `;
  let text = wrap(shown, one.text, width, lead.length);
  const { message } = one;
  const cure = message?.cure;
  if (message?.error !== undefined && !one.text.includes(message.error)) {
    text += wrap(' '.repeat(lead.length), message.error, width);
  }
  if (cure !== undefined && !one.text.includes(cure))
    text += wrap(' '.repeat(lead.length), `-> ${cure}`, width);
  return text;
}
