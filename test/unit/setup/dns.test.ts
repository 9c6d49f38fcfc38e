import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { init } from '../../../src/relay/setup/init.ts';
import { toldText } from '../../../src/relay/setup/told.ts';
import { startMailbox } from '../../../src/standins/mailbox.ts';
import { startDns, type Zone } from '../mail-dns/dns-server.ts';

async function initWith(zone: Zone) {
  const cwd = await mkdtemp(join(tmpdir(), 'relay-init-dns-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const mailbox = await startMailbox();
  onTestFinished(() => mailbox.close());
  const dns = await startDns(zone);
  return init({
    dir: undefined,
    typed: {
      http: '127.0.0.1:0',
      smtp: '127.0.0.1:0',
      domain: 'alerts.example.com',
      mail: mailbox.url,
      people: ['ana=Ana,ana@example.com'],
    },
    terminal: null,
    skipChecks: false,
    cwd,
    env: {},
    warn: (text) => expect.fail(text),
    around: {
      root: false,
      localMail: () => Promise.resolve(false),
      newLookup: () => dns.lookup(),
      isPublic: () => true,
    },
  });
}

it('init writes all, and then says which DNS records are missing, each as the line for the zone', async () => {
  const done = await initWith({});
  expect(done.changed).toBe(true);
  const text = toldText(done, { cwd: '/' });
  expect(text).toMatch(/What DNS lacks for mail/);
  expect(text).toMatch(/^ {4}alerts\.example\.com\. 3600 IN MX 10 \S+\.$/m);
  expect(text).toMatch(/^ {4}_dmarc\.alerts\.example\.com\. 3600 IN TXT "v=DMARC1; p=none"$/m);
});

it('init says that an MX that leads elsewhere is looked at again once relay runs', async () => {
  const done = await initWith({
    'MX alerts.example.com': ['10 mx.example.com'],
    'A mx.example.com': ['9.9.9.9'],
  });
  expect(done.dns?.find(({ about }) => about === 'mx')).toMatchObject({
    state: 'unknown',
    text: expect.stringMatching(/goes to mx\.example\.com; once relay runs/),
  });
});
