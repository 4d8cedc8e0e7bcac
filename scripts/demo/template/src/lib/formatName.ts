export interface PersonName {
  first: string;
  last?: string;
}

/** "Ada Lovelace", or "Ada" when there is no last name. */
export function formatName({ first, last }: PersonName): string {
  return last === undefined ? first : `${first} ${last}`;
}
