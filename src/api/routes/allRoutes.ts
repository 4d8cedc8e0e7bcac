import type { Route } from '../route.ts';
import { agentRoutes } from './agent.ts';
import { eventRoutes } from './events.ts';
import { exportRoutes } from './exports.ts';
import { searchRoutes } from './search.ts';
import { serviceRoutes } from './service.ts';
import { sessionRoutes } from './sessions.ts';
import { taskRoutes } from './tasks.ts';

/** Every route, in the order of the documentation. */
export const allRoutes: readonly Route[] = [
  ...sessionRoutes,
  ...agentRoutes,
  ...eventRoutes,
  ...taskRoutes,
  ...searchRoutes,
  ...exportRoutes,
  ...serviceRoutes,
];
