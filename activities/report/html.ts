/** Text that is HTML already. Only {@link html} and {@link trustMarkup} make it, so that data cannot become markup. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | number | Markup | readonly Markup[];

/**
 * Template of markup: what is put in is escaped unless it is markup itself. Attributes must be in double quotes.
 * Indentation of the template itself is dropped: it would be a third of a page.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(String.raw({ raw: strings.map((part) => part.replace(/\n\s*/g, '\n')) }, ...values.map(toText)));
}

/** Marks text that we wrote, or that a chart adapter escaped, as markup. Never for data. */
export function trustMarkup(text: string): Markup {
  return new Markup(text);
}

export const NOTHING = new Markup('');

/** The address for a link, or undefined where it is not one of a web page: `javascript:` is an address too. */
export function pickWebAddress(address: string | undefined): string | undefined {
  return address !== undefined && /^https?:\/\//i.test(address) ? address : undefined;
}

function toText(value: Value): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escapeText(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Also shows what HTML may not contain, control characters and half surrogate pairs, as the replacement character. */
function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/(?![\t\n\r])\p{Cc}/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
