import { type AgentTask, type FileChange } from '../../../src/core/task.ts';

/** A task that completed and changed these files. */
export function taskWith(description: string, filesChanged: readonly FileChange[]): AgentTask {
  const now = new Date();
  return {
    id: 'task-1',
    sessionId: '550e8400-e29b-41d4-a716-446655440000',
    type: 'code',
    description,
    status: 'completed',
    createdAt: now,
    updatedAt: now,
    origin: 'person',
    agent: 'direct',
    model: null,
    attempt: 1,
    executionTime: 1,
    usage: null,
    filesChanged,
    commits: [],
    checkpoint: null,
    unsupervised: false,
    verification: null,
  };
}
