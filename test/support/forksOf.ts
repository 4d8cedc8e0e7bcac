import { randomUUID } from 'node:crypto';
import type { Authorship } from '../../src/core/ports.ts';
import { SessionForks } from '../../src/core/sessionForks.ts';
import type { ManagerFixture } from './managerFixture.ts';

/** Seals that can be read, as those of `createManager`. */
export const authorship: Authorship = {
  seal: text => Promise.resolve(`sealed:${text}`),
  isOwn: (text, seal) => Promise.resolve(seal === `sealed:${text}`),
};

/** Forks of the sessions of a manager on in-memory ports. */
export function forksOf(fixture: Pick<ManagerFixture, 'manager'>, own = authorship): SessionForks {
  return new SessionForks({
    sessions: fixture.manager,
    ids: { uuid: () => randomUUID(), hex: length => randomUUID().replaceAll('-', '').slice(0, length) },
    gate: {
      root: '/workspace',
      requireTrust: () => Promise.resolve(),
      resolveWorkingDirectory: path => Promise.resolve(path ?? '/workspace'),
    },
    authorship: own,
    author: 'tester',
  });
}
