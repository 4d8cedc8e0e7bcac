import { formatName, type PersonName } from '../lib/formatName';

export interface GreetingProps {
  name: PersonName;
}

export function Greeting({ name }: GreetingProps) {
  return <h1>Hello, {formatName(name)}</h1>;
}
