/** What Twilio is told to say and to ask in a call, as TwiML made by its own library. */
import type twilioLibrary from 'twilio';
import { phoneText } from '../phone-text.ts';

/** Who speaks; null: Twilio's usual voice. */
export interface Speech {
  /** e.g. `Polly.Joanna-Neural`. */
  voice: string | null;
  /** e.g. `en-GB`. */
  language: string | null;
}

type VoiceResponse = InstanceType<(typeof twilioLibrary)['twiml']['VoiceResponse']>;
type SayAttributes = Exclude<Parameters<VoiceResponse['say']>[0], string>;

/** Somebody who was asleep hears it from the beginning at least twice. */
const TIMES = 3;
const PAUSE_SECONDS = 2;
/** After the last word, for a key. */
const WAIT_SECONDS = 8;
const NOTHING_PRESSED = 'No key was pressed, so nothing has changed. Goodbye.';

/** Reads a text aloud up to three times and takes one key, which is posted to `keyUrl`. */
export const question = (text: string, keyUrl: string, speech: Speech): Promise<string> =>
  written((response) => {
    const gather = response.gather({
      input: ['dtmf'],
      numDigits: 1,
      // Star and hash are keys like others: by default a hash would end the question with nothing.
      finishOnKey: '',
      timeout: WAIT_SECONDS,
      action: keyUrl,
      method: 'POST',
    });
    repeated(gather, text, speech);
    response.say(attributes(speech), NOTHING_PRESSED);
    response.hangup();
  });

/** Reads a text aloud up to three times; no key is taken. */
export const reading = (text: string, speech: Speech): Promise<string> =>
  written((response) => {
    repeated(response, text, speech);
    response.hangup();
  });

/** Says one thing and hangs up. */
export const lastWords = (text: string, speech: Speech): Promise<string> =>
  written((response) => {
    response.say(attributes(speech), said(text));
    response.hangup();
  });

async function written(write: (response: VoiceResponse) => void): Promise<string> {
  const { default: library } = await import('twilio');
  const response = new library.twiml.VoiceResponse();
  write(response);
  return response.toString();
}

function repeated(within: Pick<VoiceResponse, 'say' | 'pause'>, text: string, speech: Speech): void {
  for (let time = 0; time < TIMES; time += 1) {
    if (time > 0) within.pause({ length: PAUSE_SECONDS });
    within.say(attributes(speech), said(text));
  }
}

/** No document may hold these, and no voice says them. */
const said = (text: string): string => phoneText(text).replace(/[\ufffe\uffff]/g, '');

/** The library's types list the voices that it knows; Twilio knows more by now, and refuses those that it doesn't. */
const attributes = ({ voice, language }: Speech): SayAttributes =>
  ({
    ...(voice === null ? {} : { voice }),
    ...(language === null ? {} : { language }),
  }) as SayAttributes;
