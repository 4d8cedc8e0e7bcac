import { Random } from '../random.mts';

/** What a session of a peer is made of: as many words and outputs as a session of ours. */
export interface Turn {
  readonly request: string;
  readonly command: string;
  readonly output: string;
  readonly answer: string;
}

export interface Conversation {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly turns: () => Generator<Turn>;
}

const firstDay = Date.UTC(2026, 0, 1);
const requests = [
  'Create a new React component called UserProfile',
  'Run the tests',
  'Commit all changes with message "Add profile"',
  'Replace "colour" with "color" in src/theme.ts',
] as const;

/** A conversation of `turns` turns whose commands print `output` characters each. */
export function conversation(seed: number, minute: number, turns: number, output: number): Conversation {
  const id = new Random(seed).uuid();
  return {
    id,
    start: firstDay + minute * 60_000,
    turns: function* () {
      const random = new Random(seed + 1);
      for (let turn = 0; turn < turns; turn++) {
        yield {
          request: `${random.pick(requests)} (${random.below(1000)})`,
          command: 'npm test',
          output: random.text(output),
          answer: 'It ran, and every test passed.',
        };
      }
    },
  };
}
