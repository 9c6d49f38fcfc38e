/** The files of the admin's that cluster.yaml names, read before anything is done to a host. */
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { isIP } from 'node:net';
import { ConfigError } from '../../config/types.ts';
import { checkText } from '../../roster-file/offline.ts';
import type { Inventory } from '../types.ts';
import { contentOf } from './file-content.ts';
import { sshFileProblems } from './ssh-files.ts';

/**
 * Contents by path on this machine. Rejects with ConfigError naming every file that is missing, empty, no pair of
 * certificate and key, or no roster; the files for ssh are looked at too. `nowMs`: a certificate must be good now. `warn` hears of secrets that others here can read.
 */
export async function readGivenFiles(
  inventory: Inventory,
  nowMs: number,
  warn: (text: string) => void,
): Promise<Record<string, Uint8Array>> {
  const { certificate, relayFiles, rosterFile } = inventory;
  const secrets = Object.values(relayFiles);
  const wanted = [
    ...secrets,
    ...(certificate === null ? [] : [certificate.certFile, certificate.keyFile]),
    ...(rosterFile === null ? [] : [rosterFile]),
  ];
  const told = (path: string, why: string): string =>
    `${inventory.namedAt?.[path] ?? inventory.path}: ${path}: ${why}`;
  const problems = (await sshFileProblems(inventory)).map(({ path, why }) => told(path, why));
  const contents: Record<string, Uint8Array> = {};
  for (const path of new Set(wanted)) {
    const content = await contentOf(path);
    if (typeof content === 'string') problems.push(told(path, content));
    else contents[path] = content;
  }
  for (const path of [...secrets, ...(certificate === null ? [] : [certificate.keyFile])]) {
    if (path in contents && ((await stat(path)).mode & 0o037) !== 0)
      warn(`${path} can be read or changed by other users; run: chmod 600 ${path}`);
  }
  if (certificate !== null && problems.length === 0)
    problems.push(...pairProblems(inventory, contents, nowMs));
  const roster = rosterFile === null ? undefined : contents[rosterFile];
  if (rosterFile !== null && roster !== undefined)
    problems.push(...rosterProblems(rosterFile, roster, nowMs));
  if (problems.length > 0) throw new ConfigError(problems);
  return contents;
}

/** As `relay roster apply` would say it once all hosts are up. */
function rosterProblems(path: string, content: Uint8Array, nowMs: number): string[] {
  const { problems } = checkText(new TextDecoder().decode(content), nowMs);
  return problems.map(({ line, at, text }) => `${path}:${line}: ${at === '' ? '' : `${at}: `}${text}`);
}

function pairProblems(
  { certificate, path, publicUrl }: Inventory,
  contents: Record<string, Uint8Array>,
  nowMs: number,
): string[] {
  const { certFile, keyFile } = certificate ?? { certFile: '', keyFile: '' };
  const say = (key: string, text: string): string => `${path}: certificate.${key}: ${text}`;
  let cert: X509Certificate;
  try {
    cert = new X509Certificate(contents[certFile] ?? '');
  } catch {
    return [say('cert', `${certFile}: expected a certificate as PEM, the host's own first`)];
  }
  try {
    const key = createPrivateKey(Buffer.from(contents[keyFile] ?? ''));
    if (!cert.checkPrivateKey(key))
      return [say('key', `${keyFile}: expected the key of ${certFile}, got another`)];
  } catch {
    return [say('key', `${keyFile}: expected a private key as PEM, without a passphrase`)];
  }
  const ends = Date.parse(cert.validTo);
  if (ends <= nowMs) return [say('cert', `${certFile}: ended on ${cert.validTo}; renew it first`)];
  const host = publicUrl === null ? null : (URL.parse(publicUrl)?.hostname ?? null);
  if (host !== null && !names(cert, host))
    return [
      say(
        'cert',
        `${certFile}: expected one for ${host}, the host of publicUrl, got one for ${cert.subjectAltName ?? cert.subject}`,
      ),
    ];
  return [];
}

const names = (cert: X509Certificate, host: string): boolean =>
  (isIP(host) === 0 ? cert.checkHost(host) : cert.checkIP(host)) !== undefined;
