import { listWorkspace } from '../../workspace/fileList.ts';
import { ReadOnlyGit } from '../../workspace/git.ts';
import { parsePath } from '../../workspace/relativePath.ts';
import { requireString, type Tool } from './tool.ts';

const MAX_SHOWN = 1000;

/** The value is the whole list. */
export const listFiles: Tool<readonly string[]> = {
  name: 'list_files',
  description:
    'Lists the files below a folder, without what git ignores and installed packages; at most 1,000.',
  parameters: { path: 'Folder below the working directory; "." for all of it.' },
  prepare: (input, { files, signal }) => {
    const path = requireString(input, 'path');
    const folder = parsePath(files.root, path).join('/');
    return Promise.resolve({
      class: 'read',
      subject: () => `List ${folder === '' ? '.' : folder}`,
      act: async () => {
        const { paths } = await listWorkspace(files.root, new ReadOnlyGit(files.root, signal));
        const value = paths.filter(name => folder === '' || name.startsWith(`${folder}/`));
        const note = value.length > MAX_SHOWN ? [`[${value.length - MAX_SHOWN} more]`] : [];
        const text = [...value.slice(0, MAX_SHOWN), ...note].join('\n');
        return { value, text, detail: value.length === 1 ? '1 file' : `${value.length} files` };
      },
    });
  },
};
