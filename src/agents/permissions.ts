import { inertText } from '../core/inertText.ts';
import type { ApprovalQuestion, TaskRun } from '../core/ports.ts';
import { byteLength } from '../core/text.ts';
import type { Decision } from '../core/toolCall.ts';
import { sha256 } from '../workspace/content.ts';
import type { ApprovalMemory, RememberedCall } from './approvalMemory.ts';
import type { ActionClass, PermissionRequest } from './permissionRequest.ts';
import { concernsArguments, matchesRule, type PermissionRule } from './permissionRule.ts';

/** What the user's profile and the command line say about permissions. Never anything from a workspace or a session file. */
export interface PermissionPolicy {
  /** `--yes`. */
  readonly approveInAdvance: boolean;
  readonly rules: readonly PermissionRule[];
}

/** A decision, and whether it is on record already. */
export interface Ruling {
  readonly decision: Decision;
  readonly isRecorded: boolean;
  /** Whether it is a law of ours, which no rule of the user's changes. */
  readonly isLaw?: true;
  /** The argument list that a rule allowed: it is run as that list, without a shell. */
  readonly args?: readonly string[] | undefined;
}

/** More than this (as JSON) fits in no record; what cannot be shown in full is not asked for. */
const MAX_SHOWN_BYTES = 48 * 1024;
const NEVER_IN_ADVANCE: readonly ActionClass[] = ['protected', 'outside', 'network'];

/**
 * The one gate that every action of a task passes: deny before ask before allow. Rejects only when a question cannot be
 * recorded or the task is cancelled.
 */
export class Permissions {
  readonly #run: TaskRun;
  readonly #policy: PermissionPolicy;
  readonly #memory: ApprovalMemory;
  /** How a text that is not the person's own was approved. */
  #text: Decision | undefined;

  constructor(run: TaskRun, policy: PermissionPolicy, memory: ApprovalMemory) {
    this.#run = run;
    this.#policy = policy;
    this.#memory = memory;
  }

  /** Whether the task's text must be shown and approved before anything of it runs. */
  get needsTextApproval(): boolean {
    return !this.#run.instructed && this.#text?.allowed !== true;
  }

  /** Has a text that comes from elsewhere approved, in full. */
  async approveText(callId: string, text: string, announce: () => Promise<void>): Promise<Ruling> {
    const ruling = this.#policy.approveInAdvance
      ? ruled(true, 'flag')
      : await this.#ask({ callId, announce }, text, true);
    this.#text = ruling.decision;
    return ruling;
  }

  async decide(request: PermissionRequest): Promise<Ruling> {
    const denied = this.#denial(request);
    if (denied !== undefined) return denied;
    const inAdvance = this.#policy.approveInAdvance && !NEVER_IN_ADVANCE.includes(request.class);
    const mustAsk = (!inAdvance && this.#rule('ask', request) !== undefined) || this.#mayHideDenied(request);
    const allowed = mustAsk ? undefined : await this.#allowance(request, inAdvance);
    if (allowed !== undefined) return allowed;
    const subject = request.subject();
    // What reaches further than the working directory is approved one by one.
    const isOnce = NEVER_IN_ADVANCE.includes(request.class);
    const ruling = await this.#ask(request, subject, isOnce);
    const { allowed: granted, scope } = ruling.decision;
    if (granted && scope !== 'once' && !isOnce) {
      await this.#memory.remember({ ...this.#place(request), subject: () => subject }, scope);
    }
    return ruling;
  }

  /** What no answer could allow. */
  refuse(reason: string): Ruling {
    return ruled(false, 'rule', reason);
  }

  #denial(request: PermissionRequest): Ruling | undefined {
    const rule = this.#rule('deny', request);
    if (rule !== undefined) return ruled(false, 'rule', rule.reason ?? 'A rule in your settings denies it.');
    if (request.class === 'outside') {
      return law("File steps stay inside the session's working directory.");
    }
    if (request.class === 'protected' && request.isInstruction) {
      return law('Files of version control, editors, agents and the ledger are protected from file steps.');
    }
    return undefined;
  }

  async #allowance(request: PermissionRequest, inAdvance: boolean): Promise<Ruling | undefined> {
    const isInside = !NEVER_IN_ADVANCE.includes(request.class);
    if (request.isInstruction && isInside && !this.needsTextApproval) {
      return this.#run.instructed
        ? ruled(true, 'instruction')
        : { decision: this.#text ?? DENIED, isRecorded: false };
    }
    if (inAdvance) return ruled(true, 'flag');
    if (request.class === 'read') return ruled(true, 'rule');
    if (!isInside) return undefined;
    const known = await this.#memory.recall({ ...this.#place(request), subject: request.subject });
    if (known !== undefined)
      return { decision: { allowed: true, by: 'person', scope: known }, isRecorded: false };
    const rule = this.#rule('allow', request);
    if (rule === undefined) return undefined;
    return { ...ruled(true, 'rule'), ...(rule.args !== undefined && { args: request.args }) };
  }

  /** A line that only a shell can read, chosen by a model, where the person denies certain argument lists. */
  #mayHideDenied(request: PermissionRequest): boolean {
    const isOwn = request.isInstruction && this.#run.instructed;
    if (isOwn || request.class !== 'execute' || request.args !== undefined) return false;
    return this.#policy.rules.some(rule => rule.effect === 'deny' && concernsArguments(rule, request));
  }

  #rule(effect: PermissionRule['effect'], request: PermissionRequest): PermissionRule | undefined {
    return this.#policy.rules.find(rule => rule.effect === effect && matchesRule(rule, request));
  }

  #place({ tool }: PermissionRequest): Omit<RememberedCall, 'subject'> {
    const { sessionId, workingDirectory } = this.#run.session;
    return { sessionId, directory: workingDirectory, tool };
  }

  async #ask(
    { callId, announce }: Pick<PermissionRequest, 'callId' | 'announce'>,
    exact: string,
    isOnce: boolean,
  ): Promise<Ruling> {
    const question: ApprovalQuestion = {
      subject: inertText(exact),
      hash: sha256(exact),
      ...(isOnce && { onceOnly: true }),
    };
    if (byteLength(JSON.stringify(question.subject)) > MAX_SHOWN_BYTES) {
      return ruled(false, 'none', 'It is too large to be shown in full, so nobody was asked.');
    }
    await announce();
    return { decision: await this.#run.ask(callId, question), isRecorded: true };
  }
}

const DENIED: Decision = { allowed: false, by: 'none', scope: 'once' };

function law(reason: string): Ruling {
  return { ...ruled(false, 'rule', reason), isLaw: true };
}

function ruled(allowed: boolean, by: Decision['by'], reason?: string): Ruling {
  return {
    decision: { allowed, by, scope: 'once', ...(reason === undefined ? {} : { reason }) },
    isRecorded: false,
  };
}
