import type { KeptScope } from '../agents/approvalMemory.ts';

/** Something that a person allowed for longer than once. */
export interface KeptApproval {
  /** Of its file; hex digits. */
  readonly id: string;
  readonly scope: KeptScope;
  readonly tool: string;
  /** What is shown of it, without secrets; for `session` what was asked when it was allowed. */
  readonly subject: string;
  /** ISO 8601. */
  readonly at: string;
  /** Of `session`: where it holds. */
  readonly sessionId: string;
}
