import { invalidParameter } from '../errors.ts';
import {
  hasMarker,
  languageOf,
  NOTEBOOK_EXTENSIONS,
  type NotebookLanguage,
  withoutExtension,
} from './notebook-file.ts';

/** What an import makes: its path in the workspace, and what it is on disk. */
export interface PlannedImport {
  readonly type: 'NOTEBOOK' | 'FILE';
  readonly path: string;
  /** Path of its file below the folder that holds it. */
  readonly file: string;
  readonly content: Buffer;
}

/**
 * With a language it is a notebook at exactly this path, and gets the marker if it has none. Without one, the ending of
 * the name and the first line decide, and a notebook loses the ending.
 */
export function planImport(path: string, content: Buffer, language: NotebookLanguage | undefined): PlannedImport {
  if (language !== undefined) {
    const { extension, marker } = NOTEBOOK_EXTENSIONS[language];
    const marked = hasMarker(content, language) ? content : Buffer.concat([Buffer.from(`${marker}\n`), content]);
    return { type: 'NOTEBOOK', path, file: `${path}${extension}`, content: marked };
  }
  const ending = languageOf(path);
  if (ending === undefined || !hasMarker(content, ending)) return { type: 'FILE', path, file: path, content };
  const name = withoutExtension(path);
  if (name.endsWith('/')) throw invalidParameter(`Path (${path}) is that of a notebook without a name`);
  return { type: 'NOTEBOOK', path: name, file: path, content };
}
