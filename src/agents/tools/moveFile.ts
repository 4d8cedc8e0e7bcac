import { fileCall } from './fileTool.ts';
import { requireString, type Tool } from './tool.ts';

export const moveFile: Tool = {
  name: 'move_file',
  description: 'Gives a file or folder a new path that must be free.',
  parameters: { from: 'Its path below the working directory.', to: 'The whole new path.' },
  prepare: async (input, { files }) =>
    fileCall(await files.planMove(requireString(input, 'from'), requireString(input, 'to'))),
};
