import { fileNameOf, kebabCase, namingOf, type FileNaming } from './naming.ts';
import { baseNameOf, extensionOf, folderOf, joinPath, mostFrequent, stemOf } from './sourceFiles.ts';
import { isComponentFile, type Survey } from './survey.ts';

/** Where a new React component called `name` goes, following the components that are there. */
export function componentPath(survey: Survey, name: string): string {
  const existing = survey.sources.filter(
    path => isComponentFile(path) && !/(^|\/)(App|main|index|page|layout)\.[jt]sx?$/.test(path),
  );
  const folder = componentFolder(survey, existing);
  const near = existing.filter(path => path.startsWith(`${folder}/`));
  const extension = componentExtension(survey, near.length > 0 ? near : existing);
  // Card/Card.tsx and Card/index.tsx: a folder for each component.
  const nested = near.filter(path => folderOf(path) !== folder);
  const ownFolders = nested.filter(path => stemOf(path) === baseNameOf(folderOf(path)));
  const indexFiles = survey.sources.filter(
    path => /\/index\.[jt]sx$/.test(path) && folderOf(folderOf(path)) === folder,
  );
  if (ownFolders.length > 0 && nested.length === near.length) {
    const file = fileNameOf(name, namingAmong(ownFolders) ?? 'pascal');
    return joinPath(folder, file, file + extension);
  }
  if (indexFiles.length > 0 && near.length === nested.length) {
    const file = fileNameOf(
      name,
      mostFrequent(indexFiles.map(path => namingOf(baseNameOf(folderOf(path))) ?? 'kebab')) ?? 'pascal',
    );
    return joinPath(folder, file, `index${extension}`);
  }
  return joinPath(
    folder,
    fileNameOf(name, namingAmong(near) ?? namingAmong(existing) ?? 'pascal') + extension,
  );
}

/** Where a new module called `name` goes: among the sources, named as they are. */
export function modulePath(survey: Survey, folder: string, name: string): string {
  const modules = survey.sources.filter(path => !isComponentFile(path));
  const known = modules
    .map(path => namingOf(stemOf(path)))
    .filter(naming => naming !== undefined && naming !== 'pascal');
  return joinPath(folder, fileNameOf(name, mostFrequent(known) ?? 'camel') + moduleExtension(survey));
}

/** The folder that sources are in: `src` or `lib` where there is one; the root for a project that keeps them there. */
export function sourceFolder(survey: Survey): string {
  const roots = survey.sources.map(path => (path.includes('/') ? path.slice(0, path.indexOf('/')) : ''));
  const common = ['src', 'lib', 'app', 'source'].find(folder => roots.includes(folder));
  if (common !== undefined) return common;
  return survey.sources.length > 0 && roots.every(root => root === '') ? '' : 'src';
}

/** `lib` or `utils` below the sources where modules are kept apart from components; else the sources' folder itself. */
export function moduleFolder(survey: Survey): string {
  const root = sourceFolder(survey);
  const apart = ['lib', 'features', 'modules'].map(name => joinPath(root, name));
  return apart.find(folder => survey.sources.some(path => folderOf(path) === folder)) ?? root;
}

/** Whether a plain JavaScript module here exports with `module.exports`. */
export function isCommonModule(path: string, survey: Survey): boolean {
  return path.endsWith('.cjs') || (path.endsWith('.js') && survey.javaScriptModules === 'cjs');
}

function moduleExtension(survey: Survey): string {
  if (survey.language === 'typescript') return '.ts';
  // Without a package.json that says so, Node takes a .js file for CommonJS.
  return survey.javaScriptModules === 'unknown' ? '.mjs' : '.js';
}

function componentFolder(survey: Survey, existing: readonly string[]): string {
  const folders = existing
    .map(path => /^(.*?\/)?components(?=\/)/.exec(path)?.[0])
    .filter(folder => folder !== undefined);
  const used = mostFrequent(folders);
  if (used !== undefined) return used;
  const empty = survey.files
    .map(path => /^((src|app)\/)?components(?=\/)/.exec(path)?.[0])
    .find(folder => folder !== undefined);
  if (empty !== undefined) return empty;
  const hasSource = survey.files.some(path => path.startsWith('src/'));
  return hasSource || survey.sources.length === 0 ? 'src/components' : 'components';
}

function componentExtension(survey: Survey, existing: readonly string[]): string {
  if (survey.language === 'typescript') return '.tsx';
  return mostFrequent(existing.map(extensionOf)) === '.js' ? '.js' : '.jsx';
}

/** Names of several words decide; names of one word in lower case are taken for kebab-case. */
function namingAmong(paths: readonly string[]): FileNaming | undefined {
  const stems = paths.map(stemOf).filter(stem => stem !== 'index');
  const known = stems.map(namingOf).filter(naming => naming !== undefined);
  return mostFrequent(known) ?? (stems.some(stem => stem === kebabCase(stem)) ? 'kebab' : undefined);
}
