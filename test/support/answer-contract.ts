import { Ajv2020 } from 'ajv/dist/2020.js';

/** As much of an OpenAPI document as answers are held to. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>;
}

type Content = Readonly<Record<string, { readonly schema: object }>>;

export interface Answer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly type: string | undefined;
  /** As it came. */
  readonly text: string;
}

/** Holds answers to what the served document says of them, with a validator that is not ours. */
export class AnswerContract {
  readonly #document: OpenApiDocument;
  readonly #ajv = new Ajv2020({ allErrors: true, strict: false });
  /** Operations that answered, as `GET /topics/{topic}`. */
  readonly seen = new Set<string>();

  constructor(document: OpenApiDocument) {
    this.#document = document;
  }

  /** Every operation of the document, as `GET /topics/{topic}`. */
  listOperations(): string[] {
    return Object.entries(this.#document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  /** What about the answer is not as documented; undefined when all of it is. */
  findProblem({ method, path, status, type, text }: Answer): string | undefined {
    const template = Object.keys(this.#document.paths).find((one) => fits(one, path));
    const operation = template && this.#document.paths[template]?.[method.toLowerCase()];
    // What is not there is answered as such, and no document says what is not there.
    if (!operation) return [404, 405].includes(status) ? undefined : `${method} ${path} is not documented`;
    this.seen.add(`${method} ${template}`);
    const answer = operation.responses[status];
    if (answer === undefined) return `${method} ${template} documents no status ${status}: ${text}`;
    if (answer.content === undefined) return text === '' ? undefined : `${status} is documented as empty: ${text}`;
    const media = Object.entries(answer.content).find(([documented]) => documented === type?.split(';')[0]);
    if (media === undefined) return `${method} ${template} documents no content type ${type} for status ${status}`;
    const validate = this.#ajv.compile(media[1].schema);
    return validate(JSON.parse(text)) ? undefined : `${this.#ajv.errorsText(validate.errors)} in ${text}`;
  }
}

function fits(template: string, path: string): boolean {
  return new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, '[^/]+')}/?$`).test(path.replace(/\?.*$/, ''));
}
