import type { ActionClass, PermissionRequest } from './permissionRequest.ts';

/** Conditions, of which every one that is given must hold. */
export interface PermissionCondition {
  /** Such as `run_command`. */
  readonly tool?: string | undefined;
  readonly class?: ActionClass | undefined;
  /** The exact command or diff. */
  readonly subject?: string | undefined;
  /**
   * An argument list. What takes away (deny, ask) holds for every list that begins so; what gives (allow) for exactly this one, or
   * with `*` as its end for those that begin so. Never matches what a shell must read: there a beginning says nothing about the rest.
   */
  readonly args?: readonly string[] | undefined;
  /** What a denied person or model is told. */
  readonly reason?: string | undefined;
}

/** A rule of the user's own settings. */
export interface PermissionRule extends PermissionCondition {
  readonly effect: 'deny' | 'ask' | 'allow';
}

/** The setting `permissions`: deny before ask before allow. */
export interface PermissionSettings {
  readonly deny?: readonly PermissionCondition[] | undefined;
  readonly ask?: readonly PermissionCondition[] | undefined;
  readonly allow?: readonly PermissionCondition[] | undefined;
}

export function rulesOf({ deny, ask, allow }: PermissionSettings): readonly PermissionRule[] {
  return [
    ...(deny ?? []).map(condition => ({ ...condition, effect: 'deny' as const })),
    ...(ask ?? []).map(condition => ({ ...condition, effect: 'ask' as const })),
    ...(allow ?? []).map(condition => ({ ...condition, effect: 'allow' as const })),
  ];
}

export function matchesRule(rule: PermissionRule, request: PermissionRequest): boolean {
  const { effect, subject, args } = rule;
  if (!appliesTo(rule, request)) return false;
  // A program is allowed by what exactly it is, never by which tool would start it.
  if (effect === 'allow' && request.class === 'execute' && args === undefined && subject === undefined)
    return false;
  if (args !== undefined && !matchesArguments(args, request.args, effect === 'allow')) return false;
  return subject === undefined || subject === request.subject();
}

/** Whether a rule compares argument lists of this tool: a line that is none may hide what the rule is about. */
export function concernsArguments(rule: PermissionRule, request: PermissionRequest): boolean {
  return rule.args !== undefined && appliesTo(rule, request);
}

function appliesTo(rule: PermissionRule, request: PermissionRequest): boolean {
  return (
    (rule.tool === undefined || rule.tool === request.tool) &&
    (rule.class === undefined || rule.class === request.class)
  );
}

function matchesArguments(
  args: readonly string[],
  actual: readonly string[] | undefined,
  isExact: boolean,
): boolean {
  if (actual === undefined) return false;
  const isOpen = args.at(-1) === '*';
  const named = isOpen ? args.slice(0, -1) : args;
  if (isExact && !isOpen && actual.length !== named.length) return false;
  return named.every((arg, index) => actual[index] === arg);
}
