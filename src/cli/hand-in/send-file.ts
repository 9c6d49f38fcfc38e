/** `send.yaml`: where alerts of this machine go when no daemon answers here. Also for machines that have none. */
import { readFile } from 'node:fs/promises';
import { ConfigError } from '../../relay/config/types.ts';

export interface SendFile {
  path: string;
  /** URLs of a service with its key in them, `https://alerts.example.com/e/KEY`. As secret as the key. */
  urls: string[];
  /** An address that opens incidents; null: none. */
  mail: string | null;
  /** smtp://host:port that takes such mail; null: this machine's own sendmail. */
  smtp: string | null;
}

const SYSTEM_FILE = '/etc/relay/send.yaml';
const KEYS = ['urls', 'mail', 'smtp'];

/** Null: there is none. Rejects with ConfigError when there is one that can't be used. */
export async function readSendFile(env: NodeJS.ProcessEnv): Promise<SendFile | null> {
  const named = env['RELAY_SEND_CONFIG'];
  const path = named === undefined || named === '' ? SYSTEM_FILE : named;
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (path === SYSTEM_FILE && (code === 'ENOENT' || code === 'ENOTDIR')) return null;
    throw new ConfigError([`${path}: can't be read (${code})`]);
  }
  return parseSendFile(path, text);
}

/** Rejects with ConfigError, naming every mistake and never an address that holds a key. */
export async function parseSendFile(path: string, text: string): Promise<SendFile> {
  const { parseDocument } = await import('yaml');
  const document = parseDocument(text);
  const said: unknown = document.errors.length === 0 ? document.toJS() : null;
  if (typeof said !== 'object' || said === null || Array.isArray(said))
    throw new ConfigError([`${path}: expected the keys ${KEYS.join(', ')}`]);
  const fields = said as Record<string, unknown>;
  const problems = Object.keys(fields)
    .filter((key) => !KEYS.includes(key))
    .map((key) => `${path}: ${key}: not known here; known are ${KEYS.join(', ')}`);
  const urls = fields['urls'] === undefined ? [] : [fields['urls']].flat();
  urls.forEach((url, index) => {
    if (typeof url !== 'string' || !/^https?:$/.test(URL.parse(url)?.protocol ?? ''))
      problems.push(`${path}: urls ${index + 1}: expected a URL such as https://alerts.example.com/e/KEY`);
  });
  const mail = fields['mail'] ?? null;
  if (mail !== null && (typeof mail !== 'string' || !/^[^\s@<>,]+@[^\s@<>,]+$/.test(mail)))
    problems.push(`${path}: mail: expected an address such as db-KEY@alerts.example.com`);
  const smtp = fields['smtp'] ?? null;
  if (smtp !== null && (typeof smtp !== 'string' || !/^smtps?:$/.test(URL.parse(smtp)?.protocol ?? '')))
    problems.push(`${path}: smtp: expected a server such as smtp://mail.example.com:25`);
  if (problems.length > 0) throw new ConfigError(problems);
  return { path, urls: urls.map(String), mail: mail as string | null, smtp: smtp as string | null };
}
