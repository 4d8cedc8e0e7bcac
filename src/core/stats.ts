import { FigureCounter, FigureGroups, type TaskFigures } from './figures.ts';
import type { TaskBalance, TaskTally } from './tally.ts';
import type { TaskType } from './task.ts';

export interface TaskStats extends TaskFigures {
  readonly byType: Readonly<Partial<Record<TaskType, TaskFigures>>>;
  readonly byAgent: Readonly<Record<string, TaskFigures>>;
  /** Sum over the tasks that report any; `null` when none does. */
  readonly tokens: number | null;
  /** US dollars, likewise. */
  readonly cost: number | null;
}

export interface SessionStats extends TaskStats {
  /** Milliseconds from `startTime` to `endTime`, or to the last event while active. */
  readonly duration: number;
}

/** Figures over many sessions. */
export interface OverallStats extends TaskStats {
  readonly sessions: number;
}

export function taskStats(tallies: readonly TaskTally[], balance: TaskBalance): TaskStats {
  const [all, types, agents] = [new FigureCounter(), new FigureGroups(), new FigureGroups()];
  all.addBalance(balance);
  for (const tally of tallies) {
    all.add(tally);
    types.add(tally.type, tally);
    agents.add(tally.agent, tally);
  }
  return {
    ...all.figures(),
    byType: figuresOf(types),
    byAgent: figuresOf(agents),
    tokens: all.tokens,
    cost: all.cost,
  };
}

function figuresOf(groups: FigureGroups): Record<string, TaskFigures> {
  return Object.fromEntries(groups.entries().map(([key, group]) => [key, group.figures()]));
}
