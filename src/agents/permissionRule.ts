import type { ActionClass, PermissionRequest } from './permissionRequest.ts';

/** A rule of the user's own settings. Every condition that is given must hold. */
export interface PermissionRule {
  readonly effect: 'deny' | 'ask' | 'allow';
  /** Such as `run_command`. */
  readonly tool?: string;
  readonly class?: ActionClass;
  /** The exact command or diff. */
  readonly subject?: string;
  /** How an argument list begins. Never matches what a shell reads: there a beginning says nothing about the rest. */
  readonly args?: readonly string[];
  /** What a denied person or model is told. */
  readonly reason?: string;
}

export function matchesRule(rule: PermissionRule, request: PermissionRequest): boolean {
  const { tool, class: wanted, subject, args } = rule;
  if (tool !== undefined && tool !== request.tool) return false;
  if (wanted !== undefined && wanted !== request.class) return false;
  if (
    args !== undefined &&
    !(request.args !== undefined && args.every((arg, index) => request.args?.[index] === arg))
  ) {
    return false;
  }
  return subject === undefined || subject === request.subject();
}
