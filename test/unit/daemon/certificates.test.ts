import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Config } from '../../../src/relay/config/types.ts';
import { Certificates } from '../../../src/relay/daemon/certificates.ts';

let dir: string;
const warned: unknown[] = [];
const log = { info: () => {}, error: () => {}, warn: (fields: unknown) => void warned.push(fields) };

beforeEach(async () => {
  warned.length = 0;
  dir = await mkdtemp(join(tmpdir(), 'relay-certificates-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** A certificate of its own, valid for so many days; its path. */
function certificate(name: string, days: number): string {
  const file = join(dir, `${name}.pem`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(dir, 'key')];
  execFileSync('openssl', ['req', '-x509', ...key, '-days', String(days), '-subj', '/CN=a1', '-out', file], {
    stdio: 'ignore',
  });
  return file;
}

const config = (http: string | null, cluster: string | null = null): Config =>
  ({
    http: http === null ? null : { tls: { certFile: http, keyFile: '' } },
    smtp: null,
    cluster: cluster === null ? null : { tls: { certFile: cluster, caFile: cluster, keyFile: '' } },
    store: { kind: 'sqlite' },
    keyDir: join(dir, 'keys'),
  }) as unknown as Config;

const daysLeft = (expiresAtMs: number | undefined): number =>
  Math.round(((expiresAtMs ?? 0) - Date.now()) / 86_400_000);

it('until when certificates are valid is told of those in use, before and after a reload', async () => {
  const certificates = new Certificates(log);
  const peers = certificate('cluster', 30);
  await certificates.read(config(certificate('http', 10), peers));
  expect([...certificates.expiries.keys()]).toEqual(['http', 'cluster', 'cluster-ca']);
  expect(daysLeft(certificates.expiries.get('http'))).toBe(10);

  certificate('cluster', 90);
  await certificates.read(config(certificate('http', 60), peers));
  expect(daysLeft(certificates.expiries.get('http'))).toBe(60);
  expect(daysLeft(certificates.expiries.get('cluster')), 'it takes a restart').toBe(30);
  await certificates.read(config(null, peers));
  expect(certificates.expiries.has('http')).toBe(false);
});

it('of a file with several certificates the first that ends counts', async () => {
  const certificates = new Certificates(log);
  const both = join(dir, 'both.pem');
  const texts = await Promise.all(
    [certificate('leaf', 90), certificate('between', 5)].map((file) => readFile(file, 'utf8')),
  );
  await writeFile(both, texts.join(''));
  await certificates.read(config(both));
  expect(daysLeft(certificates.expiries.get('http'))).toBe(5);
});

it('a file that holds none is left out and named in the log', async () => {
  const certificates = new Certificates(log);
  await certificates.read(config(join(dir, 'missing.pem')));
  expect(certificates.expiries.size).toBe(0);
  expect(warned).toEqual([expect.objectContaining({ file: join(dir, 'missing.pem') })]);
  await writeFile(join(dir, 'none.pem'), 'not a certificate');
  await certificates.read(config(join(dir, 'none.pem')));
  expect(certificates.expiries.size).toBe(0);
});
