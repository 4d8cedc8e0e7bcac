import { Random } from '../random.mts';

/** What was asked for, the commands that ran, what they printed, and what was answered in the end. */
export interface Turn {
  readonly request: string;
  readonly calls: readonly { readonly command: string; readonly output: string }[];
  readonly answer: string;
}

/** A session as every agent gets it, each in its own format: the same turns with the same text. */
export interface Conversation {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly turns: () => Generator<Turn>;
}

/** Of each turn: how many commands, and how many characters each of them prints. */
export interface TurnShape {
  readonly calls: number;
  readonly output: number;
}

const firstDay = Date.UTC(2026, 0, 1);
const requests = [
  'Create a new React component called UserProfile',
  'Run the tests',
  'Commit all changes with message "Add profile"',
  'Replace "colour" with "color" in src/theme.ts',
] as const;

/** A conversation of `turns` turns, `minute` minutes after the first. */
export function conversation(
  seed: number,
  minute: number,
  turns: number,
  { calls, output }: TurnShape,
): Conversation {
  const id = new Random(seed).uuid();
  return {
    id,
    start: firstDay + minute * 60_000,
    turns: function* () {
      const random = new Random(seed + 1);
      for (let turn = 0; turn < turns; turn++) {
        const request = `${random.pick(requests)} (${random.below(1000)})`;
        yield {
          request,
          calls: Array.from({ length: calls }, () => ({ command: 'npm test', output: random.text(output) })),
          answer: 'It ran, and every test passed.',
        };
      }
    },
  };
}
