/** The commands of the fast path, each loaded when it is called. One line a file of `quick/`. */
import type { QuickMap } from './fast.ts';

export const quickCommands: QuickMap = {
  '': () => import('./quick/overview.ts'),
  'completion words': () => import('./quick/completion-words.ts'),
  'cluster status': () => import('./quick/cluster-status.ts'),
  status: () => import('./quick/status.ts'),
  incidents: () => import('./quick/incidents.ts'),
  'incident show': () => import('./quick/incident-show.ts'),
  messages: () => import('./quick/messages.ts'),
  'message show': () => import('./quick/message-show.ts'),
  ack: () => import('./quick/ack.ts'),
  resolve: () => import('./quick/resolve.ts'),
  oncall: () => import('./quick/oncall.ts'),
  send: () => import('./quick/send.ts'),
  wrap: () => import('./quick/wrap.ts'),
  tail: () => import('./quick/tail.ts'),
};
