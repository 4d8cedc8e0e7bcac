import type { SessionModeState } from '@agentclientprotocol/sdk';

const ASKING_IDS = ['default', 'ask', 'manual', 'read-only', 'suggest', 'untrusted', 'on-request'];
const ASKING = /\bask|approv|confirm|prompt for/i;
const NOT_ASKING = /bypass|yolo|full|auto|accept|never|don.?t.?ask|skip|unrestricted|danger/i;
/** Modes that change nothing are of no use, however often they ask. */
const PLANNING = /\bplan/i;

export interface AskingMode {
  /** The mode to switch to; `undefined`: the current one stays. */
  readonly modeId: string | undefined;
  /** Whether it is known that it will not ask. */
  readonly cannotAsk: boolean;
}

/** The mode in which an agent asks before it acts. Some start in one in which they do not. */
export function askingMode(modes: SessionModeState | null | undefined): AskingMode {
  const available = modes?.availableModes ?? [];
  if (modes === null || modes === undefined || available.length === 0)
    return { modeId: undefined, cannotAsk: false };
  const known = ASKING_IDS.map(id => available.find(mode => mode.id.toLowerCase() === id)).find(
    mode => mode !== undefined,
  );
  const described = available.find(mode => {
    const text = `${mode.id} ${mode.name} ${mode.description ?? ''}`;
    return (
      ASKING.test(text) &&
      !NOT_ASKING.test(`${mode.id} ${mode.name}`) &&
      !PLANNING.test(`${mode.id} ${mode.name}`)
    );
  });
  const chosen = known ?? described;
  if (chosen !== undefined) {
    return { modeId: chosen.id === modes.currentModeId ? undefined : chosen.id, cannotAsk: false };
  }
  const current = available.find(mode => mode.id === modes.currentModeId);
  return { modeId: undefined, cannotAsk: NOT_ASKING.test(`${modes.currentModeId} ${current?.name ?? ''}`) };
}

/** Whether an agent that changed its own mode to this one still asks. */
export function isAskingMode(modeId: string): boolean {
  return !NOT_ASKING.test(modeId);
}
