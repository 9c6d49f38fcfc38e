/** `relay store move`: everything to the store that relay.yaml names now. */
import type { FastifyInstance } from 'fastify';
import type { Core } from '../core.ts';
import { ApiError } from '../errors.ts';
import { Fields } from '../fields.ts';

const KINDS = ['sqlite', 'cassandra'] as const;

export function storeRoutes(app: FastifyInstance, core: Core): void {
  app.get('/v1/store', () => core.storeMove.state());
  app.post('/v1/store/move', async (request) => {
    const fields = new Fields(request.body, ['to']);
    const to = fields.choice('to', KINDS);
    if (to === undefined) fields.problem('to: is missing');
    fields.check();
    if (to !== undefined && !core.storeMove.begin(to))
      throw new ApiError(
        'conflict',
        'A move is under way already.',
        'Give it up with: relay store move --abort',
      );
    return core.storeMove.state();
  });
  app.post('/v1/store/move/abort', async (request) => {
    new Fields(request.body, []).check();
    if (!core.storeMove.giveUp())
      throw new ApiError(
        'conflict',
        'There is no move that could be given up.',
        'See where everything is: relay status',
      );
    return core.storeMove.state();
  });
}
