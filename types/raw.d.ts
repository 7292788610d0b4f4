/** The text of a file, as provided by the bundler and the test runner. */
declare module '*?raw' {
  const text: string;
  export default text;
}
