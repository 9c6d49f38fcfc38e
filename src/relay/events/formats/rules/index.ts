/** The team's own rules. Loaded when there are some: the engine of their regular expressions costs ten milliseconds. */
export { applyRules, RULES_MAX_MS, type Ruling, type Tried } from './apply.ts';
export { readyRules, type ReadyRules } from './compiled.ts';
