/** What the browser shows once the key is on its way to the terminal. */
export const successPage = page('Done', 'You are signed in. Go back to the terminal.');

/** What the browser shows when there is no key; the terminal says why. */
export const failurePage = page('That did not work', 'The terminal says why. Go back to it.');

function page(title: string, text: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
  :root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif; }
  body { display: grid; place-content: center; min-height: 90vh; margin: 0; padding: 1rem; text-align: center; }
  h1 { font-size: 1.75rem; margin: 0 0 0.5rem; }
  p { margin: 0; }
</style>
<main>
  <h1>${title}</h1>
  <p>${text}</p>
</main>
</html>
`;
}
