/** SMTP AUTH against a file of lines `user:scrypt$N$r$p$salt$hash`. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

export interface SmtpUsers {
  /** Whether the password is the user's. Takes the same time for a user that doesn't exist. */
  verify(user: string, password: string): Promise<boolean>;
}

const COST = { N: 16_384, r: 8, p: 1 };
const KEY_BYTES = 32;
/** Bounds for what a file may ask for: 64 MB and a fraction of a second. */
const COST_MAX = 65_536;

/** A line's right side for a password: `scrypt$N$r$p$salt$hash`, salt and hash in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST, KEY_BYTES);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** Whether `password` gives this hash. A hash that can't be read throws. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const { cost, salt, key } = parseHash(stored);
  return timingSafeEqual(await derive(password, salt, cost, key.length), key);
}

/** Reads a users file; throws an error naming the first line that is wrong, never what stands in it. */
export function parseUsers(text: string): SmtpUsers {
  const hashes = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const colon = line.indexOf(':');
    const user = line.slice(0, Math.max(0, colon)).trim();
    const stored = line.slice(colon + 1).trim();
    if (user === '')
      throw new Error(`line ${index + 1} of the users file: expected user:scrypt$N$r$p$salt$hash`);
    if (hashes.has(user)) throw new Error(`line ${index + 1} of the users file: ${user} stands there twice`);
    try {
      parseHash(stored);
    } catch (error) {
      throw new Error(`line ${index + 1} of the users file: expected user:scrypt$N$r$p$salt$hash`, {
        cause: error,
      });
    }
    hashes.set(user, stored);
  }
  const nobody = [
    'scrypt',
    COST.N,
    COST.r,
    COST.p,
    randomBytes(16).toString('base64url'),
    randomBytes(KEY_BYTES).toString('base64url'),
  ].join('$');
  return {
    verify: async (user, password) => {
      const stored = hashes.get(user);
      const right = await verifyPassword(password, stored ?? nobody);
      return right && stored !== undefined;
    },
  };
}

function parseHash(stored: string): { cost: typeof COST; salt: Buffer; key: Buffer } {
  const [name, n, r, p, salt, key, more] = stored.split('$');
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  const saltBytes = Buffer.from(salt ?? '', 'base64url');
  const keyBytes = Buffer.from(key ?? '', 'base64url');
  const sane =
    Number.isInteger(Math.log2(cost.N)) &&
    cost.N >= 2 &&
    cost.N <= COST_MAX &&
    cost.r >= 1 &&
    cost.r <= 8 &&
    cost.p >= 1 &&
    cost.p <= 4;
  if (name !== 'scrypt' || more !== undefined || !sane || saltBytes.length < 8 || keyBytes.length < 16) {
    throw new Error('not a password hash of the form scrypt$N$r$p$salt$hash');
  }
  return { cost, salt: saltBytes, key: keyBytes };
}

function derive(password: string, salt: Buffer, cost: typeof COST, sizeBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(
      password.normalize('NFC'),
      salt,
      sizeBytes,
      { ...cost, maxmem: 256 * cost.N * cost.r },
      (error, key) => {
        if (error === null) resolve(key);
        else reject(error);
      },
    );
  });
}
