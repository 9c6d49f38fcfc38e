/** Keeps dedup keys within their bounds. */

/** The longest dedup key, in UTF-16 units (the design's and PagerDuty's limit). */
export const KEY_MAX = 255;
/** The key of what says nothing at all. */
export const NAMELESS = 'nameless';

/** Never empty, at most 255 units: what is cut off still counts, as a digest, so that long names stay apart. */
export function boundKey(text: string): string {
  const key = text.trim();
  if (key === '') return NAMELESS;
  if (key.length <= KEY_MAX) return key;
  const kept = key.slice(0, KEY_MAX - 17).toWellFormed();
  return `${kept}~${digest(key)}`;
}

/** 64 bits of FNV-1a in hex: tells apart, protects against nobody. */
function digest(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ (unit + index), 0x85ebca6b);
  }
  return [low, high].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
