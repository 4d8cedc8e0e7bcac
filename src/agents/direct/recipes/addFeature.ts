import { type Recipe } from '../recipe.ts';
import { restyle } from './restyle.ts';
import { writeFeatureModule } from './feature/featureModule.ts';
import { planTodoFeature, todoAppFolder } from './feature/todoAppFeature.ts';
import { isCommonModule, moduleFolder, modulePath } from './places.ts';
import { freeName } from './sourceFiles.ts';
import { surveyWorkspace } from './survey.ts';
import { writeStep } from './writeStep.ts';

/** "Add new feature": something that the todo app lacks where there is one, else a switch for a feature of one's own. */
export const addFeature: Recipe = {
  name: 'add-feature',
  example: 'Add new feature',
  matches: instruction =>
    /^\s*(please\s+)?(add|create)\s+(a\s+)?new\s+feature\s*[.!]*\s*$/i.test(instruction),
  async plan(_instruction, context) {
    const survey = await surveyWorkspace(context);
    const todoApp = todoAppFolder(survey, context);
    const steps = todoApp === undefined ? undefined : planTodoFeature(todoApp, survey, context);
    if (steps !== undefined) return steps;
    const place = (suffix: string) => modulePath(survey, moduleFolder(survey), `feature${suffix}`);
    const path = place(freeName(survey.files, suffix => [place(suffix)]));
    const code = writeFeatureModule({
      typescript: survey.language === 'typescript',
      commonModule: isCommonModule(path, survey),
    });
    return [
      writeStep(
        path,
        restyle(code, survey.style),
        'a switch to build a feature behind, used nowhere yet: which feature it is for was not said',
        context,
      ),
    ];
  },
};
