/**
 * What an action reaches for. `read`, `write`: files inside the working directory; `protected`: writes to protected files
 * there; `outside`: any file elsewhere; `execute`: programs; `network`: other machines.
 */
export type ActionClass = 'read' | 'write' | 'protected' | 'outside' | 'execute' | 'network';

export interface PermissionRequest {
  readonly callId: string;
  readonly tool: string;
  readonly class: ActionClass;
  /** Exactly what would be done: the command, the diff, the sentence. Made only when somebody is asked or a rule needs it. */
  readonly subject: () => string;
  /** The argument list, when no shell reads it. */
  readonly args?: readonly string[] | undefined;
  /** Whether the task's text says exactly this, or it was chosen by a model. */
  readonly isInstruction: boolean;
  /** Puts the call on record; awaited before somebody is asked about it. */
  readonly announce: () => Promise<void>;
}
