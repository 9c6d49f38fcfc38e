/** Reads TwiML with a library, as the stand-in's `Verb`s; throws at what is no well-formed document of known verbs. */
import { XMLParser } from 'fast-xml-parser';
import { SyntaxValidator } from 'fast-xml-validator';
import type { Verb } from '../../src/standins/twilio-calls.ts';

const TEXT = '#text';
const ATTRIBUTES = ':@';
const KNOWN = new Set(['Say', 'Pause', 'Gather', 'Hangup']);

type Node = Record<string, unknown>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  trimValues: false,
  parseTagValue: false,
});

export function readTwiml(xml: string): Verb[] {
  // Throws, with what is wrong and where.
  SyntaxValidator.validate(xml);
  const roots = (parser.parse(xml) as Node[]).filter((one) => !('?xml' in one));
  const [root] = roots;
  if (roots.length !== 1 || root === undefined || !('Response' in root)) throw new Error('no <Response>');
  return verbsIn(root['Response'] as Node[]);
}

/** Everything that is said, in order. */
export const saidIn = (verbs: readonly Verb[]): string[] =>
  verbs.flatMap((verb) => (verb.name === 'Say' ? [verb.text] : saidIn(verb.verbs)));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function verbsIn(nodes: Node[]): Verb[] {
  return nodes
    .filter((node) => !(TEXT in node))
    .map((node): Verb => {
      const name = Object.keys(node).find((key) => key !== ATTRIBUTES) ?? '';
      if (!KNOWN.has(name)) throw new Error(`<${name}> is no verb that is used here`);
      const within = node[name] as Node[];
      return {
        name,
        attributes: (node[ATTRIBUTES] ?? {}) as Record<string, string>,
        text: within.map((one) => textOf(one[TEXT])).join(''),
        verbs: verbsIn(within),
      };
    });
}
