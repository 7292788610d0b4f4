/** A table row; the first cell is its head. Cells are markup. */
export function row([head = '', ...cells]: readonly string[]): string {
  return `<tr><th scope="row">${head}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** A table that scrolls on narrow screens. `caption`, heads and rows are markup. */
export function table(caption: string, heads: readonly string[], rows: readonly string[]): string {
  return `<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption>
<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}

export function section(id: string, title: string, ...parts: readonly string[]): string {
  return `<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${parts.join('\n')}
</section>`;
}
