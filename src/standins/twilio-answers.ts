/** What the stand-in writes back: a document, a refusal in Twilio's shape, or what a fault makes of an answer. */
import type { ServerResponse } from 'node:http';
import type { TwilioFault } from './twilio-faults.ts';
import { refusalBody, type Refusal } from './twilio-rules.ts';

export function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

export function refuse(response: ServerResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, { 'Content-Type': 'application/json' }).end(refusalBody(refusal));
}

/** `reset`: breaks the connection off below everything. */
export function misbehave(
  fault: Exclude<TwilioFault, { kind: 'slow' }>,
  response: ServerResponse,
  reset: () => void,
): void {
  switch (fault.kind) {
    case 'error': {
      const { status, code, message = `Error ${code}`, retryAfterSeconds } = fault;
      if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds));
      refuse(response, { status, code, message });
      return;
    }
    case 'reset':
      reset();
      return;
    case 'status':
      response.writeHead(fault.status, { 'Content-Type': 'text/html' }).end('<h1>Sorry</h1>');
      return;
    case 'garbage':
      response.writeHead(201, { 'Content-Type': 'application/json' }).end('{"sid": "SM');
      return;
    case 'hang':
  }
}
