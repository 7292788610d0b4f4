/** The text of a file, as the bundler and the test runner give it. */
declare module '*?raw' {
  const text: string;
  export default text;
}
