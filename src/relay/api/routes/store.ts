/** `relay store move`: everything to the store that relay.yaml names now. */
import type { Core } from '../core.ts';
import { ApiError } from '../errors.ts';
import { STORE } from '../schemas/status.ts';
import { choice, needed } from '../table/given.ts';
import { get, post, type Route } from '../table/route.ts';

/** The calls under /v1/store. */
export const storeRoutes = (core: Core): Route[] => [
  get(
    '/v1/store',
    { name: 'showStore', summary: 'Where everything is, and how a move goes.', answer: STORE },
    () => core.storeMove.state(),
  ),
  post(
    '/v1/store/move',
    {
      name: 'moveStore',
      summary: 'Begins to move everything to the other store; ask /v1/store how it goes.',
      body: { to: needed(choice(['sqlite', 'cassandra'], 'Where to.')) },
      answer: STORE,
    },
    ({ body }) => {
      if (!core.storeMove.begin(body.to))
        throw new ApiError(
          'conflict',
          'A move is under way already.',
          'Give it up with: relay store move --abort',
        );
      return core.storeMove.state();
    },
  ),
  post(
    '/v1/store/move/abort',
    { name: 'abortMove', summary: 'Gives up the move that is under way.', answer: STORE },
    () => {
      if (!core.storeMove.giveUp())
        throw new ApiError(
          'conflict',
          'There is no move that could be given up.',
          'See where everything is: relay status',
        );
      return core.storeMove.state();
    },
  ),
];
