/** Takes in the DATA of one mail: bounded in memory and in time. */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { SMTPServerDataStream } from 'smtp-server';
import type { SmtpLimits } from './limits.ts';
import type { Slots } from './slots.ts';

export interface ReceivedMail {
  /** The first `keptBytes` of the mail. */
  raw: Buffer;
  /** Of the mail as sent. */
  sizeBytes: number;
  /** SHA-256 in hex of what was cut off; null when nothing was. */
  restHash: string | null;
  /** Gives the place of a large mail up; to be called when the mail has been dealt with. */
  release: () => void;
}

/** The sender took too long from DATA to the final dot: answer 421 and close. */
export class DataTimeoutError extends Error {
  override name = 'DataTimeoutError';
}

/** The mail is larger than the limit: answer 552. */
export class TooLargeError extends Error {
  override name = 'TooLargeError';
}

/**
 * Resolves with the mail at its final dot. Rejects with DataTimeoutError, TooLargeError, or the stream's error when
 * the connection went away. A mail beyond `smallBytes` waits for one of the places for large ones, unread.
 */
export function receiveData(
  stream: SMTPServerDataStream,
  limits: SmtpLimits,
  large: Slots,
): Promise<ReceivedMail> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let keptBytes = 0;
    let sizeBytes = 0;
    let rest: Hash | null = null;
    let release: (() => void) | null = null;
    const timer = setTimeout(() => {
      fail(new DataTimeoutError(`the mail was not complete after ${Math.round(limits.dataMs / 1000)} s`));
      stream.destroy();
    }, limits.dataMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      release?.();
      chunks.length = 0;
      reject(error);
    };
    stream.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      const room = limits.keptBytes - keptBytes;
      if (room > 0) {
        const part = chunk.length <= room ? chunk : chunk.subarray(0, room);
        chunks.push(part);
        keptBytes += part.length;
      }
      if (chunk.length > room && sizeBytes <= limits.sizeBytes) {
        rest ??= createHash('sha256');
        rest.update(room > 0 ? chunk.subarray(room) : chunk);
      }
      if (release === null && sizeBytes > limits.smallBytes) {
        let entered = false;
        release = large.take(() => {
          entered = true;
          stream.resume();
        });
        if (!entered) stream.pause();
      }
    });
    stream.once('error', fail);
    stream.once('end', () => {
      if (sizeBytes > limits.sizeBytes)
        return fail(new TooLargeError(`message exceeds the maximum size of ${limits.sizeBytes} bytes`));
      clearTimeout(timer);
      const raw =
        chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, keptBytes);
      resolve({
        raw,
        sizeBytes,
        restHash: rest === null ? null : rest.digest('hex'),
        release: release ?? nothing,
      });
    });
    stream.once('close', () => {
      if (!stream.readableEnded) fail(new Error('the connection closed before the mail was complete'));
    });
  });
}

function nothing(): void {}
