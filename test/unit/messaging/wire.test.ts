import { createServer, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/relay/daemon/system.ts';
import { Wire } from '../../../src/relay/messaging/wire.ts';

const server = createServer();
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('the wire to a provider', () => {
  it('lets a call under way have its answer when it is closed, then ends its connections', async () => {
    const asked = Promise.withResolvers<ServerResponse>();
    server.on('request', (request, response) => {
      request.resume();
      asked.resolve(response);
    });
    const ended = new Promise<void>((resolve) => {
      server.on('connection', (socket) => socket.once('close', () => resolve()));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const wire = new Wire(`http://127.0.0.1:${port}`, systemClock);
    const answer = wire.exchange(
      { method: 'POST', path: '/', headers: {}, body: 'a=b' },
      { deadlineMs: 8_000, mayStart: () => true },
    );
    const response = await asked.promise;
    wire.close();
    response.end('{}');
    expect(await answer).toMatchObject({ status: 200, body: '{}' });
    await ended;
  });
});
