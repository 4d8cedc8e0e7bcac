import { builtinModules } from 'node:module';
import { type RecipeContext } from '../../recipe.ts';
import { type ModuleSource } from '../moduleSource.ts';
import { type Survey } from '../survey.ts';
import { isInstalled } from '../testRunner.ts';

/**
 * How a file can be tested here.
 *
 * - `testing-library`, `markup` (react-dom/server), `element` (calls the component): for components whose behaviour is known.
 * - `behaviour`: for modules whose behaviour is known.
 * - `exports`: loads the file and checks what it exports. `source`: reads it, because the runner cannot load it.
 */
export type TestManner = 'testing-library' | 'markup' | 'element' | 'behaviour' | 'exports' | 'source';

/** What is known of a file: a component or module as a recipe wrote it, or nothing. */
export type Knowledge = 'component' | 'module' | undefined;

export async function chooseManner(
  subject: ModuleSource,
  knowledge: Knowledge,
  survey: Survey,
  context: RecipeContext,
): Promise<TestManner> {
  if (!(await canLoad(subject, survey, context))) return 'source';
  if (knowledge === 'module') return 'behaviour';
  return knowledge === 'component' ? mannerOfComponent(survey, context) : 'exports';
}

async function mannerOfComponent(survey: Survey, context: RecipeContext): Promise<TestManner> {
  const { runner } = survey;
  const has = async (name: string) =>
    survey.manifest?.packages.has(name) === true &&
    (runner?.installed !== true || (await isInstalled(context, name)));
  const dom =
    runner?.dom.ready === true || (runner?.dom.environment !== undefined && (await has(domPackage(survey))));
  if (dom && (await has('@testing-library/react'))) return 'testing-library';
  // Nothing that is not there can be run: then the test is written for what most projects have.
  return runner?.installed !== true || (await isInstalled(context, 'react-dom')) ? 'markup' : 'element';
}

function domPackage({ runner }: Survey): string {
  return runner?.name === 'jest' ? 'jest-environment-jsdom' : (runner?.dom.environment ?? 'jsdom');
}

async function canLoad(subject: ModuleSource, survey: Survey, context: RecipeContext): Promise<boolean> {
  const { runner } = survey;
  if (runner === undefined) return subject.jsx || runsInNode(subject);
  if (runner.name === 'mocha' || runner.name === 'node:test') {
    if (subject.jsx ? !runner.loads.jsx : subject.typescript && !runner.loads.typescript) return false;
    if (!runner.loads.jsx && !runsInNode(subject)) return false;
  }
  if (!runner.installed) return true;
  const packages = new Set(subject.imports.map(packageOf).filter(name => name !== undefined));
  if (subject.jsx) packages.add('react');
  const installed = await Promise.all([...packages].map(name => isInstalled(context, name)));
  return installed.every(Boolean);
}

/** Whether Node finds what the file imports: it does not guess extensions. */
function runsInNode(subject: ModuleSource): boolean {
  const relative = subject.imports.filter(name => name.startsWith('.'));
  return subject.modules === 'cjs' || relative.every(name => /\.([cm]?[jt]s|json)$/.test(name));
}

/** The package of an import; `undefined` for files and what comes with Node. */
function packageOf(specifier: string): string | undefined {
  if (/^(\.|node:|\/)/.test(specifier)) return undefined;
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return builtinModules.includes(name) ? undefined : name;
}
