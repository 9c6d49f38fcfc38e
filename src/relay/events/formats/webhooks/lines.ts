/** Monitors that post a line of their own to any chat or push service: known by the line, whatever it lies in. */
import { type Fields, firstOf, objectsIn, textIn } from '../fields.ts';
import { mailOf } from '../records/read.ts';
import type { WebhookSource } from '../source.ts';
import { uptimeKuma } from '../sources/uptime-kuma.ts';

const TEXTS = ['text', 'message', 'content', 'body', 'msg', 'description'];
const LINES_MAX = 20;

/** Uptime Kuma's `[NAME] [🔴 Down] MESSAGE`, the same as in its mails; a heading may stand above it. */
export const uptimeKumaLine: WebhookSource = {
  name: 'uptime-kuma',
  read(body) {
    const lines = linesIn(body);
    const marked = lines.filter((one) => /\] \[(?:🔴 Down|✅ Up)\]/u.test(one));
    // Somebody may gather several: what is down counts more.
    const line = marked.find((one) => one.includes('🔴 Down')) ?? marked[0];
    if (line !== undefined)
      return uptimeKuma.read(mailOf(line.replace(/ <!(?:channel|here|everyone)>$/u, ''), []));
    const [first = ''] = lines;
    // What its button "Test" posts: the name of the target, and this.
    if (textIn(body['username']) !== 'Uptime Kuma' || lines.length !== 1 || !first.endsWith(' Testing'))
      return null;
    return [
      {
        action: 'none',
        about: ['test'],
        severity: 'unknown',
        summary: first,
        reason: 'a test of Uptime Kuma',
      },
    ];
  },
};

function linesIn(body: Fields): string[] {
  const attached = objectsIn(body['attachments']).slice(0, 5);
  return [body, ...attached]
    .flatMap((one) => TEXTS.map((name) => textIn(one[name]).slice(0, 4_000)))
    .flatMap((text) => text.split(/[\r\n]+/u, LINES_MAX))
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

const SIDES = [' above threshold', ' below threshold'] as const;

/** Beszel: `HOST CPU above threshold`, and below when it is well again; of a battery the other way round. */
export const beszel: WebhookSource = {
  name: 'beszel',
  read(body) {
    const title = firstOf(body['title'], body['subject']);
    const said = firstOf(body['message'], body['body'], body['text']);
    const side = SIDES.find((one) => title.endsWith(one));
    if (side === undefined || !said.includes(' averaged ') || !said.includes(' for the previous '))
      return null;
    const about = title.slice(0, -side.length);
    const isLow = side === SIDES[1];
    const isWrongWhenLow = /battery$/iu.test(about);
    return [
      {
        action: isLow === isWrongWhenLow ? 'trigger' : 'resolve',
        about: [about],
        severity: 'unknown',
        summary: `${title}: ${said}`,
        reason: `read by its title "${side.trim()}"`,
        check: about,
      },
    ];
  },
};
