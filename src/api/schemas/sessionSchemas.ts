import * as z from 'zod';
import type { DamagedFile } from '../../core/ports.ts';
import { IMPORT_SOURCES, type SessionMetadata } from '../../core/session.ts';
import { wire } from '../wire.ts';
import { named } from './registry.ts';
import { sessionStats } from './statsSchemas.ts';

export const sessionId = named(
  'SessionId',
  z
    .string()
    .regex(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      'not a session id, which is a lower-case UUID version 4',
    )
    .describe('A lower-case UUID version 4.'),
);

export const time = named('Time', z.iso.datetime().describe('ISO 8601, UTC.'));

export const sessionStatus = named('SessionStatus', z.enum(['active', 'completed', 'failed']));

export const sessionMetadata = named(
  'SessionMetadata',
  wire<SessionMetadata>()(
    z.object({
      sessionId,
      startTime: time,
      endTime: time.exactOptional().describe('Present exactly while the session is not active.'),
      tasks: z.array(z.string()).describe('Task ids, oldest first. Rows of lists hold the newest 100.'),
      plans: z.array(z.string()).describe('Plan ids, oldest first. Rows of lists hold the newest 100.'),
      workingDirectory: z.string().describe('Where tasks act: the root or a folder below it. Absolute.'),
      projectPath: z.string().describe('The root that the server serves. Absolute.'),
      totalTasks: z.number(),
      completedTasks: z.number(),
      failedTasks: z.number().describe('Tasks that failed, for whatever reason.'),
      totalExecutionTime: z.number().describe('Milliseconds, over the finished tasks.'),
      status: sessionStatus,
      schemaVersion: z.number(),
      title: z.string().describe("The first task's text until renamed; empty before there is one."),
      author: z.string().nullable(),
      tags: z.array(z.string()),
      pinned: z.boolean(),
      archived: z.boolean(),
      imported: z
        .object({
          from: z.enum(IMPORT_SOURCES),
          source: z.string().describe('Its id where it came from.'),
          hash: z.string().describe('SHA-256 of the file that it was read from.'),
        })
        .exactOptional()
        .describe('Present when it was made elsewhere: it can be read, and goes on only as a fork.'),
      forked: z
        .object({ from: sessionId, at: z.string().nullable() })
        .exactOptional()
        .describe('The session, and the last task of it, with whose history this one began.'),
      updatedAt: time.describe('Time of the last event.'),
      lastEventSeq: z.number().describe('Sequence number of the last event.'),
    }),
  ),
);

export const createdSession = named('CreatedSession', z.object({ sessionId, metadata: sessionMetadata }));

export const sessionAnswer = named('Session', z.object({ metadata: sessionMetadata, stats: sessionStats }));

const damagedFile = named(
  'DamagedFile',
  wire<DamagedFile>()(
    z.object({
      file: z.string().describe('Name within `.coding-agent/sessions`.'),
      problem: z.string().describe('What is wrong, and what to do.'),
    }),
  ),
);

export const sessionList = named(
  'SessionList',
  z.object({
    sessions: z.array(sessionMetadata).describe('By start time, newest first.'),
    nextCursor: z
      .string()
      .exactOptional()
      .describe('Present when there is more: the `cursor` of the next page.'),
    damaged: z.array(damagedFile),
  }),
);

export const createSession = named(
  'CreateSession',
  z.strictObject({
    workingDirectory: z
      .string()
      .optional()
      .describe('Where tasks act: the root when not given, or a folder below it.'),
    title: z
      .string()
      .optional()
      .describe("One line of at most 200 characters; the first task's text when not given."),
  }),
);

export const forkSession = named(
  'ForkSession',
  z.strictObject({
    at: z.string().optional().describe('The last task to take along; all that have ended when not given.'),
    title: z.string().optional().describe('One line of at most 200 characters.'),
  }),
);

export const endSession = named(
  'EndSession',
  z.strictObject({
    status: z.enum(['completed', 'failed']).optional().describe('`completed` when not given.'),
  }),
);

export const updateSession = named(
  'UpdateSession',
  z.strictObject({
    title: z.string().optional().describe('One line of at most 200 characters.'),
    tags: z.array(z.string()).optional().describe('At most 32, each one line of at most 64 characters.'),
    pinned: z.boolean().optional(),
    archived: z.boolean().optional(),
  }),
);
