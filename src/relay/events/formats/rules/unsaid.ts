/** What a recovery doesn't say, though its problem did: rules that ask for it may have taken that problem. */
import type { AlertEvent } from '../../types.ts';
import type { Field } from './fields.ts';

/** APIs whose calls that close or acknowledge name a key, and nothing else. */
const BY_KEY_ALONE = ['pagerduty-v2', 'pagerduty-v1', 'opsgenie'];

/** Whether nothing can be told of this field; `value`: what stands in it. */
export function isUnsaid({ family, name }: Field, event: AlertEvent, value: string): boolean {
  const { action, severity } = event;
  if (action !== 'resolve' && action !== 'acknowledge') return false;
  if (family === null && name === 'severity') return severity === 'unknown';
  if (!isByKeyAlone(event)) return false;
  if (family === null) return ['summary', 'body'].includes(name) || (isAbout(name) && value === '');
  return family !== 'header' && value === '';
}

const isAbout = (name: string): boolean => name === 'host' || name === 'check';

const isByKeyAlone = ({ source, host, check, labels }: AlertEvent): boolean =>
  BY_KEY_ALONE.includes(source) && host === undefined && check === undefined && labels === undefined;
