/** A relay that is reached by https, as several clients insist: with a certificate for the names that tests use. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { onTestFinished } from 'vitest';
import { startRelay, type Relay } from '../e2e/harness/relay.ts';

const NAMES = ['localhost', 'events.pagerduty.com', 'events.relay.example', 'api.relay.example'];

export interface HttpsRelay {
  relay: Relay;
  /** `https://localhost:PORT`; another after each restart. */
  url(): string;
  /** What the clients are told: where it is, whose certificates count, and the key of the service db. */
  env(key?: string): Record<string, string>;
}

export interface Certificate {
  cert: string;
  key: string;
  certFile: string;
  keyFile: string;
}

/** For the names that tests use; its files go with the test. */
export async function makeCertificate(): Promise<Certificate> {
  const dir = await mkdtemp(join(tmpdir(), 'relay-clients-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    extensions: [{ name: 'subjectAltName', altNames: NAMES.map((value) => ({ type: 2, value })) }],
  });
  const [certFile, keyFile] = [join(dir, 'relay.crt'), join(dir, 'relay.key')];
  await writeFile(certFile, cert);
  await writeFile(keyFile, key, { mode: 0o600 });
  return { cert, key, certFile, keyFile };
}

export async function startHttpsRelay(): Promise<HttpsRelay> {
  const { certFile, keyFile } = await makeCertificate();
  const relay = await startRelay({
    config: (yaml) =>
      yaml.replace(/^http:\n/mu, `http:\n  tls:\n    certFile: ${certFile}\n    keyFile: ${keyFile}\n`),
  });
  const url = (): string => `https://localhost:${new URL(relay.http).port}`;
  return {
    relay,
    url,
    env: (key = relay.db.routingKey ?? '') => ({ RELAY_URL: url(), RELAY_KEY: key, RELAY_CA: certFile }),
  };
}
