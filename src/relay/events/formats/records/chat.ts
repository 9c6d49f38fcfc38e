/** Posts for chat rooms, from monitors that know no other webhook: Slack and its like, Discord, Teams, Google Chat. */
import { type Fields, firstOf, objectIn, objectsIn, textIn } from '../fields.ts';

const CARDS_MAX = 100;

/** As records with a title, a message and the facts of their tables; null when it is no post of a chat. */
export function postsOf(body: Fields): Fields[] | null {
  const attachments = objectsIn(body['attachments']);
  const embeds = objectsIn(body['embeds']);
  const blocks = objectsIn(body['blocks']);
  const type = textIn(body['@type']).toLowerCase();
  if (type === 'messagecard' || ('themeColor' in body && 'sections' in body)) return [messageCard(body)];
  const adaptive = attachments
    .map((one) => objectIn(one['content']))
    .filter((content) => Array.isArray(content['body']));
  if (adaptive.length > 0)
    return adaptive.slice(0, CARDS_MAX).map((content) => blockTexts(content['body'], body));
  if (embeds.length > 0) return embeds.slice(0, CARDS_MAX).map((one) => embed(one, body, embeds.length));
  if (attachments.some(isAttachment)) return ofAttachments(attachments, body);
  if (blocks.length > 0) return [blockTexts(blocks, body)];
  const cards = [
    ...objectsIn(body['cardsV2']).map((one) => objectIn(one['card'])),
    ...objectsIn(body['cards']),
  ];
  if (cards.some((card) => 'sections' in card)) return cards.slice(0, CARDS_MAX).map(googleCard);
  const isPlain = Object.values(body).every((value) => typeof value !== 'object' || value === null);
  return isPlain && (Object.keys(body).length === 1 || Object.keys(body).some((name) => OF_CHAT.has(name)))
    ? bareText(body)
    : null;
}

/** Beside a text: who says it, and where. */
const OF_CHAT = new Set(
  'username channel icon_emoji icon_url mrkdwn link_names avatar_url chat_id parse_mode thread_ts'.split(' '),
);

/** A post that is no more than its text. */
function bareText(body: Fields): Fields[] | null {
  const name = ['text', 'content'].find((one) => textIn(body[one]) !== '');
  return name === undefined ? null : [{ ...body, [name]: bare(textIn(body[name])) }];
}

const isAttachment = (one: Fields): boolean =>
  ['title', 'text', 'fallback', 'pretext', 'color', 'fields', 'blocks'].some((name) => name in one);

/** One alert may fill several; those with titles of their own are several alerts. */
function ofAttachments(attachments: readonly Fields[], body: Fields): Fields[] {
  const titled = attachments.filter((one) => textIn(one['title']) !== '');
  const shown = titled.length > 1 ? titled.slice(0, CARDS_MAX) : [merged(attachments)];
  return shown.map((one) => {
    const above = titled.length > 1 ? '' : textIn(body['text']);
    const inside =
      objectsIn(one['blocks']).length > 0 ? textIn(blockTexts(one['blocks'], {})['message']) : '';
    const title = firstOf(one['title'], above, one['pretext'], one['fallback'], one['text'], inside);
    return {
      ...facts(one['fields'], 'title'),
      title: bare(title),
      message: bare(
        [above, textIn(one['pretext']), textIn(one['text']), inside]
          .filter((text) => text !== title)
          .join('\n'),
      ),
      ...colour(one['color']),
      ...(textIn(one['title_link']) === '' ? {} : { link: one['title_link'] }),
    };
  });
}

/** The first that has a name has it. */
const merged = (some: readonly Fields[]): Fields =>
  Object.fromEntries(some.toReversed().flatMap((one) => Object.entries(one)));

function embed(one: Fields, body: Fields, count: number): Fields {
  const above = count > 1 ? '' : textIn(body['content']);
  const title = firstOf(one['title'], above, one['description']);
  return {
    ...facts(one['fields'], 'name'),
    title: bare(title),
    message: bare([above, textIn(one['description'])].filter((text) => text !== title).join('\n')),
    ...colour(one['color']),
    ...(textIn(one['url']) === '' ? {} : { link: one['url'] }),
  };
}

function messageCard(body: Fields): Fields {
  const sections = objectsIn(body['sections']);
  const [first = {}] = sections;
  const title = firstOf(body['title'], body['summary'], first['activityTitle'], body['text']);
  return {
    ...merged(sections.map((one) => facts(one['facts'], 'name'))),
    title: bare(title),
    message: bare(
      [
        firstOf(body['text']),
        firstOf(first['activityTitle']),
        firstOf(first['activitySubtitle']),
        firstOf(first['text']),
      ]
        .filter((text) => text !== title)
        .join('\n'),
    ),
    ...colour(body['themeColor']),
  };
}

/** The texts of blocks, of whatever kind, in their order: the first is the title. */
function blockTexts(blocks: unknown, body: Fields): Fields {
  const texts: string[] = [textIn(body['text'])];
  let found: Fields = {};
  const walk = (value: unknown, depth: number): void => {
    if (depth > 6 || texts.length > 60) return;
    for (const one of objectsIn(value)) {
      if (typeof one['text'] === 'string') texts.push(textIn(one['text']));
      else texts.push(textIn(objectIn(one['text'])['text']));
      found = { ...facts(one['facts'], 'title'), ...found };
      for (const inner of ['items', 'columns', 'elements', 'fields', 'body']) walk(one[inner], depth + 1);
    }
  };
  walk(blocks, 0);
  const [title = '', ...rest] = texts.filter((text) => text !== '');
  return { ...found, title: bare(title), message: bare(rest.join('\n')) };
}

/** Google Chat's: a header, and in sections texts and labelled values. */
function googleCard(card: Fields): Fields {
  const header = objectIn(card['header']);
  const widgets = objectsIn(card['sections']).flatMap((section) => objectsIn(section['widgets']));
  const values = widgets.map((one) => objectIn(one['decoratedText'] ?? one['keyValue']));
  const labelled = values.map((one) => ({ name: one['topLabel'], value: one['text'] ?? one['content'] }));
  const texts = widgets.map((one) => textIn(objectIn(one['textParagraph'])['text']));
  const unlabelled = labelled.filter(({ name }) => textIn(name) === '').map(({ value }) => textIn(value));
  const [title = '', ...rest] = [
    textIn(header['title']),
    textIn(header['subtitle']),
    ...texts,
    ...unlabelled,
  ].filter((text) => text !== '');
  return { ...facts(labelled, 'name'), title: bare(title), message: bare(rest.join('\n')) };
}

/** `[{title: "Severity", value: "critical"}]` as fields. */
function facts(list: unknown, name: 'title' | 'name'): Fields {
  const fields: Fields = {};
  for (const one of objectsIn(list)) {
    const key = bare(firstOf(one[name], one['name'], one['title']));
    const value = bare(textIn(one['value'])).replaceAll('`', '').trim();
    // Theirs are not to take the place of the title.
    if (key !== '' && value !== '' && !/^(?:title|message|text|summary|subject)$/iu.test(key))
      fields[key] ??= value;
  }
  return fields;
}

/** Slack's own three, and the greens that programs send for them. What is no green says nothing. */
function colour(value: unknown): Fields {
  const said =
    typeof value === 'number'
      ? value.toString(16).padStart(6, '0')
      : textIn(value).toLowerCase().replace('#', '');
  if (said === 'good' || said === 'green' || isGreen(said)) return { severity: 'ok' };
  return said === 'warning' ? { level: 'warning' } : {};
}

function isGreen(hex: string): boolean {
  if (!/^[0-9a-f]{6}$/u.test(hex)) return false;
  const [red = 0, green = 0, blue = 0] = [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return green > 120 && green > red * 1.6 && green > blue * 1.25;
}

/** Without the marks of Slack's and Teams' own writing: `*bold*`, `<link|text>`, `:fire:`. */
const bare = (text: string): string =>
  text
    .slice(0, 16 * 1024)
    .replaceAll(/<(?:https?:[^|>\s]{1,1000})\|(?<shown>[^>]{1,500})>/gu, '$<shown>')
    .replaceAll(/(?<![\p{L}\p{N}]):[a-z][a-z0-9_+-]{1,40}:(?![\p{L}\p{N}])/gu, ' ')
    .replaceAll(
      /(?<![\p{L}\p{N}])(?:\*{1,2}|_)(?<shown>[^*_\n]{1,300})(?:\*{1,2}|_)(?![\p{L}\p{N}])/gu,
      '$<shown>',
    )
    .trim();
