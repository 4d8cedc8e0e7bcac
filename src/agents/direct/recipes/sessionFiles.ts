import { type AgentTask } from '../../../core/task.ts';
import { RecipeError } from './recipeError.ts';
import { isSourceFile } from './sourceFiles.ts';
import { type Survey } from './survey.ts';

/** Files that the session's earlier tasks added or changed and that are still there, in the order of their last change. */
export function changedFiles(
  earlier: readonly AgentTask[],
  survey: Pick<Survey, 'files'>,
): readonly string[] {
  const present = new Set(survey.files);
  const changed = new Set<string>();
  for (const change of earlier.flatMap(task => task.filesChanged)) {
    changed.delete(change.path);
    if (change.kind !== 'deleted' && present.has(change.path)) changed.add(change.path);
  }
  return [...changed];
}

export interface Subjects {
  readonly paths: readonly string[];
  /** Whether the session changed them; else they are what the workspace has to offer. */
  readonly fromSession: boolean;
}

/** The source files that the session changed; where it changed none, those of the workspace. `verb` is for the message. */
export function subjectsOf(earlier: readonly AgentTask[], survey: Survey, verb: string): Subjects {
  const changed = changedFiles(earlier, survey).filter(isSourceFile);
  if (changed.length > 0) return { paths: changed, fromSession: true };
  if (survey.sources.length > 0) return { paths: survey.sources, fromSession: false };
  throw new RecipeError(
    'nothing_to_do',
    `There is nothing to ${verb}: this session changed no source file and the workspace has none. Nothing was changed. Create something first, such as a component.`,
  );
}
