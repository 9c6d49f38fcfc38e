/** Links in messages, over HTTP to the real daemon: who may open them, and what a press does. */
import { expect, test } from 'vitest';
import { startRelay, type Relay, type RelayOptions } from './harness/relay.ts';

const PUBLIC = 'https://alerts.example.com';

const withLinks = (options: RelayOptions = {}): Promise<Relay> =>
  startRelay({
    ...options,
    config: (yaml) => yaml.replace(/^http:\n/m, `http:\n  publicUrl: ${PUBLIC}\n`),
  });

/** The link of a text or a mail, at this test's own port. */
function linkIn(relay: Relay, text: string): string {
  const [link] = new RegExp(`${PUBLIC}/a/[\\w.-]+`).exec(text) ?? [];
  if (link === undefined) throw new Error(`there is no link in: ${text}`);
  return link.replace(PUBLIC, relay.http);
}

const formOf = (page: string): string => /name="k" value="([^"]+)"/.exec(page)?.[1] ?? '';

const press = (url: string, k: string, action: string): Promise<Response> =>
  fetch(url, { method: 'POST', body: new URLSearchParams({ k, do: action }), redirect: 'manual' });

test('a preview or a scanner that opens the link of a mail never acknowledges; a press does, also twice', async () => {
  const relay = await withLinks();
  await relay.sender.posts('disk full on db1');
  const mail = await relay.mailOf('ana').receives(/disk full/);
  expect(mail.text).toMatch(
    /^Or answer here: https:\/\/alerts\.example\.com\/a\/ana\.\d+\.[a-z2-7]{16}\r?$/m,
  );
  const url = linkIn(relay, mail.text);
  for (const method of ['GET', 'HEAD', 'GET']) expect((await fetch(url, { method })).status).toBe(200);
  const page = await (await fetch(url)).text();
  expect(page).toContain('disk full on db1');
  expect((await relay.shows(/disk full/, 'triggered')).timeline.map(({ kind }) => kind)).not.toContain(
    'acknowledged',
  );
  const pressed = await Promise.all([press(url, formOf(page), 'ack'), press(url, formOf(page), 'ack')]);
  expect(pressed.map(({ status }) => status)).toEqual([303, 303]);
  const acked = await relay.shows(/disk full/, 'acknowledged');
  const said = acked.timeline.filter(({ kind }) => kind === 'acknowledged').map(({ text }) => text);
  expect(said).toEqual(['acknowledged by link in email by ana: nobody else is told']);
  const answered = acked.timeline.filter(({ text }) => text.includes('answered: ack #'));
  expect(answered).toHaveLength(1);
  expect(await (await fetch(`${url}${pressed[0]?.headers.get('location')}`)).text()).toContain('is yours');
});

test('what was pressed before a power cut is carried out after it', async () => {
  const relay = await withLinks();
  await relay.sender.posts('disk full on db1');
  const url = linkIn(relay, (await relay.phone('ana').receives(/disk full/)).body);
  const page = await (await fetch(url)).text();
  const pressed = press(url, formOf(page), 'resolve');
  expect((await pressed).status).toBe(303);
  await relay.kill();
  await relay.start();
  await relay.shows(/disk full/, 'resolved');
  const again = await fetch(linkIn(relay, `${PUBLIC}${new URL(url).pathname}`));
  expect(await again.text()).toContain('class="chip resolved"');
});

test('ana loses her phone: her links lead nowhere, and those sent after that work', async () => {
  const relay = await withLinks();
  await relay.sender.posts('disk full on db1');
  const lost = linkIn(relay, (await relay.phone('ana').receives(/disk full/)).body);
  const page = await (await fetch(lost)).text();
  const ended = await relay.command('person', 'edit', 'ana', '--revoke-links');
  expect(ended).toMatchObject({ exit: 0, err: '' });
  expect(ended.out).toContain('Links sent until now lead nowhere any more.');
  for (const gone of [await fetch(lost), await press(lost, formOf(page), 'ack')]) {
    expect(gone.status).toBe(410);
    expect(await gone.text()).not.toContain('disk');
  }
  await relay.shows(/disk full/, 'triggered');
  await relay.sender.posts('swap full on db2');
  const later = linkIn(relay, (await relay.phone('ana').receives(/swap full/)).body);
  expect((await fetch(later)).status).toBe(200);
  // A file, or going back to an older roster, gives none of them back.
  await relay.json('roster', 'rollback', '1', '--yes');
  expect((await fetch(lost)).status).toBe(410);
});

test('without a public address no message has a link, and no page is there', async () => {
  const relay = await startRelay();
  await relay.sender.posts('disk full on db1');
  expect((await relay.phone('ana').receives(/disk full/)).body).not.toContain('http');
  expect((await relay.mailOf('ana').receives(/disk full/)).text).not.toContain('http');
  expect((await fetch(`${relay.http}/a/ana.1.aaaaaaaaaaaaaaaa`)).status).toBe(404);
});
