/** `relay resolve N...` */
import type { QuickCommand } from '../quick-command.ts';
import { actCommand } from './act.ts';

export const quick: QuickCommand = actCommand('resolve');
