/** The examples of the specification, word for word: a test compares them with it. */
export interface SeedExample {
  readonly title: string;
  readonly language: 'bash' | 'json' | 'javascript';
  readonly code: string;
}

const SESSION = '550e8400-e29b-41d4-a716-446655440000';

export const seedExamples: readonly SeedExample[] = [
  {
    title: 'Creating a session',
    language: 'bash',
    code: `curl -X POST http://localhost:3000/sessions \\
  -H "Content-Type: application/json" \\
  -d '{
    "workingDirectory": "/path/to/project"
  }'`,
  },
  {
    title: 'Its answer',
    language: 'json',
    code: `{
  "sessionId": "${SESSION}",
  "metadata": {
    "sessionId": "${SESSION}",
    "startTime": "2025-06-28T10:30:00.000Z",
    "workingDirectory": "/path/to/project",
    "projectPath": "/path/to/project",
    "tasks": [],
    "plans": [],
    "totalTasks": 0,
    "completedTasks": 0,
    "failedTasks": 0,
    "totalExecutionTime": 0,
    "status": "active"
  }
}`,
  },
  {
    title: 'Running a task in a session',
    language: 'bash',
    code: `curl -X POST http://localhost:3000/agent/execute \\
  -H "Content-Type: application/json" \\
  -d '{
    "sessionId": "${SESSION}",
    "task": "Create a new React component called UserProfile"
  }'`,
  },
  {
    title: 'Showing a session',
    language: 'bash',
    code: `curl http://localhost:3000/sessions/${SESSION}`,
  },
  {
    title: 'Its answer',
    language: 'json',
    code: `{
  "metadata": {
    "sessionId": "${SESSION}",
    "startTime": "2025-06-28T10:30:00.000Z",
    "tasks": ["task-1", "task-2"],
    "plans": ["plan-1", "plan-2"],
    "totalTasks": 2,
    "completedTasks": 2,
    "failedTasks": 0,
    "totalExecutionTime": 45000,
    "status": "active"
  },
  "stats": {
    "duration": 120000,
    "successRate": 100,
    "avgExecutionTime": 22500
  }
}`,
  },
  { title: 'Listing all sessions', language: 'bash', code: 'curl http://localhost:3000/sessions' },
  {
    title: 'Ending a session',
    language: 'bash',
    code: `curl -X POST http://localhost:3000/sessions/${SESSION}/end`,
  },
  {
    title: 'Pattern 1: a session of its own for a piece of work',
    language: 'javascript',
    code: `// Create session for feature development
const session = await createSession({ workingDirectory: '/project/feature-x' });

// Execute multiple related tasks
await executeTask({ sessionId: session.sessionId, task: 'Create component' });
await executeTask({ sessionId: session.sessionId, task: 'Add tests' });
await executeTask({ sessionId: session.sessionId, task: 'Update documentation' });

// End session
await endSession(session.sessionId);`,
  },
  {
    title: 'Pattern 2: a session made by itself',
    language: 'javascript',
    code: `// Agent automatically creates and manages session
await executeTask({ task: 'Build a todo app' });
// Session created automatically, metadata saved`,
  },
  {
    title: 'Pattern 3: going on where you were',
    language: 'javascript',
    code: `// List existing sessions
const sessions = await listSessions();

// Switch to previous session
await switchSession(sessions[0].sessionId);

// Continue work in that context
await executeTask({ task: 'Add new feature' });`,
  },
];
