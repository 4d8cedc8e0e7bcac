/**
 * Why a recipe cannot do what was asked. The code becomes the task's `errorCode`, the message is fit for a person.
 *
 * - `invalid_input`: the instruction names something that cannot be made, such as a component called `1st`.
 * - `file_exists`: what would be written is there already; recipes overwrite nothing.
 * - `nothing_to_do`: there is nothing that the instruction could act on.
 * - `not_supported`: the workspace uses something for which there is no template.
 * - `exit_code`: a command of the recipe failed.
 */
export type RecipeErrorCode =
  'invalid_input' | 'file_exists' | 'nothing_to_do' | 'not_supported' | 'exit_code';

export class RecipeError extends Error {
  override readonly name = 'RecipeError';
  readonly code: RecipeErrorCode;

  constructor(code: RecipeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
