import { writePageModule } from './component/pageModule.ts';
import { pageModuleTests } from './component/pageModuleTests.ts';
import { writeReactComponent } from './component/reactComponent.ts';
import { writeFeatureModule } from './feature/featureModule.ts';
import { featureModuleTests } from './feature/featureModuleTests.ts';
import { type ModuleSource } from './moduleSource.ts';
import { type KnownModule } from './knownBehaviour.ts';
import { pascalCase } from './naming.ts';

/** The name of the component, if the file is what the recipe for components writes and nobody has changed what it does. */
export function knownComponent(subject: ModuleSource): string | undefined {
  const exported = subject.exports.find(one => one.kind === 'function');
  if (!subject.jsx || exported?.name === undefined || !/^[A-Z]\w*$/.test(exported.name)) return undefined;
  const { name } = exported;
  const written = [true, false].map(importsReact =>
    writeReactComponent(name, {
      typescript: subject.typescript,
      importsReact,
      defaultExport: exported.isDefault,
    }),
  );
  return written.some(text => sameCode(text, subject.text)) ? name : undefined;
}

export function knownModule(subject: ModuleSource): KnownModule | undefined {
  const options = { typescript: subject.typescript, commonModule: subject.modules === 'cjs' };
  const exported = subject.exports.find(one => one.kind === 'function')?.name;
  if (exported === undefined) return undefined;
  if (sameCode(writeFeatureModule(options), subject.text)) return featureModuleTests;
  const name = pascalCase(exported.replace(/^render/, ''));
  return exported.startsWith('render') && sameCode(writePageModule(name, options), subject.text)
    ? pageModuleTests(name)
    : undefined;
}

/** Whether two texts differ in layout, quotes and comments at most. */
function sameCode(one: string, other: string): boolean {
  return bare(one) === bare(other);
}

function bare(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/[\s;,]/g, '')
    .replaceAll('"', "'");
}
