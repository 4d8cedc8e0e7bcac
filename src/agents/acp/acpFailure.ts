import { RequestError } from '@agentclientprotocol/sdk';
import { messageOf } from '../../core/errors.ts';
import { firstBytes } from '../../core/text.ts';

const AUTH_REQUIRED = -32000;

export type AcpFailureCode =
  | 'agent_auth'
  | 'agent_cancelled'
  | 'agent_exited'
  | 'agent_failed'
  | 'agent_flooded'
  | 'agent_garbage'
  | 'agent_protocol'
  | 'agent_refused'
  | 'agent_silent'
  | 'limit_steps'
  | 'limit_tokens';

/** Why an external agent's work came to nothing. The message says what happened and what to do. */
export class AcpFailure extends Error {
  override readonly name = 'AcpFailure';
  readonly code: AcpFailureCode;

  constructor(code: AcpFailureCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What an answer of an agent that is an error means. */
export function requestFailure(error: unknown, agent: string, doing: string): AcpFailure {
  if (error instanceof AcpFailure) return error;
  const said = firstBytes(messageOf(error).replace(/\s+/g, ' '), 400);
  if (error instanceof RequestError && error.code === AUTH_REQUIRED) {
    return new AcpFailure(
      'agent_auth',
      `${agent} wants you to log in (${said}). Start it once in a terminal and log in there, or give it a key in "acpAgents".`,
    );
  }
  const details = error instanceof RequestError ? detailsOf(error.data) : '';
  return new AcpFailure('agent_failed', `${agent} could not ${doing}: ${said}${details}.`);
}

function detailsOf(data: unknown): string {
  if (data === undefined || data === null) return '';
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return ` (${firstBytes(text.replace(/\s+/g, ' '), 400)})`;
}
