/** Everything our messages say, in one list. Pure; each text holds its message's code once more (rule 5). */
export { answerText, type Answer, type Named } from './answer.ts';
export { segments } from './gsm7.ts';
export { voiceTest, voiceText, type VoiceInput } from './voice-text.ts';
export {
  emailText,
  testMail,
  type MailInput,
  type MailText,
  type MailTold,
} from './mail-text.ts';
export {
  fitSms,
  noticeText,
  smsText,
  testText,
  verifyText,
  type Contacted,
  type Mark,
  type SmsInput,
  type Told,
} from './sms-text.ts';
