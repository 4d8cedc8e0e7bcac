// As much of React's types as this project uses: it is to be tried without installing anything.
declare module 'react/jsx-runtime' {
  export namespace JSX {
    type Element = object;
    interface IntrinsicElements {
      [tag: string]: Record<string, unknown>;
    }
  }
}
