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
  const kind = Object.values(NOTEBOOK_EXTENSIONS).find(({ extension }) => file.endsWith(extension));
  if (kind === undefined || !statSync(file, { throwIfNoEntry: false })?.isFile()) return false;
  const start = Buffer.alloc(kind.marker.length + 1);
  const descriptor = openSync(file, 'r');
  try {
    const length = readSync(descriptor, start, 0, start.length, 0);
    return start.toString('utf8', 0, length).trimEnd() === kind.marker;
  } finally {
    closeSync(descriptor);
  }
}
