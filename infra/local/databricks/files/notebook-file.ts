import { closeSync, openSync, readSync, statSync } from 'node:fs';

/** Notebooks in the platform's source format, as files of this machine. */

export const NOTEBOOK_EXTENSIONS = {
  PYTHON: { extension: '.py', marker: '# Databricks notebook source' },
  SQL: { extension: '.sql', marker: '-- Databricks notebook source' },
} as const;
export type NotebookLanguage = keyof typeof NOTEBOOK_EXTENSIONS;
const LANGUAGES = ['PYTHON', 'SQL'] as const;

/** The file of a notebook whose path, without an ending, is `base` on this machine. */
export function findNotebookFile(
  base: string,
): { readonly file: string; readonly language: NotebookLanguage } | undefined {
  for (const language of LANGUAGES) {
    const file = `${base}${NOTEBOOK_EXTENSIONS[language].extension}`;
    if (isNotebookFile(file)) return { file, language };
  }
  return undefined;
}

/** Whether the ending and the first line say so. */
export function isNotebookFile(file: string): boolean {
  const language = languageOf(file);
  if (language === undefined || !statSync(file, { throwIfNoEntry: false })?.isFile()) return false;
  // The marker and a line end of Windows.
  const start = Buffer.alloc(NOTEBOOK_EXTENSIONS[language].marker.length + 2);
  const descriptor = openSync(file, 'r');
  try {
    return hasMarker(start.subarray(0, readSync(descriptor, start, 0, start.length, 0)), language);
  } finally {
    closeSync(descriptor);
  }
}

/** The language that the ending of a name stands for. */
export function languageOf(name: string): NotebookLanguage | undefined {
  return LANGUAGES.find((language) => name.endsWith(NOTEBOOK_EXTENSIONS[language].extension));
}

/** Without the ending of its language, if it has one. */
export function withoutExtension(name: string): string {
  const language = languageOf(name);
  return language === undefined ? name : name.slice(0, -NOTEBOOK_EXTENSIONS[language].extension.length);
}

/** Whether the first line is the marker and nothing else. */
export function hasMarker(content: Buffer, language: NotebookLanguage): boolean {
  const { marker } = NOTEBOOK_EXTENSIONS[language];
  const start = content.toString('latin1', 0, marker.length + 2);
  return start.startsWith(marker) && /^(?:\r?\n|\r?$)/.test(start.slice(marker.length));
}
