import { realpathSync } from 'node:fs';
import { join, sep } from 'node:path';

/** Workspace folder under which the notebooks of the checkout appear. */
export const WORKSPACE_FOLDER = '/Shared/pinflow/';

/**
 * File of a notebook of the workspace, which names it with or without `.py`; undefined when there is none.
 * A link that leads out of the notebooks' folder counts as none.
 */
export function findNotebook(folder: string, workspacePath: string): string | undefined {
  if (!workspacePath.startsWith(WORKSPACE_FOLDER)) return undefined;
  const name = workspacePath.slice(WORKSPACE_FOLDER.length);
  try {
    const file = realpathSync(join(folder, name.endsWith('.py') ? name : `${name}.py`));
    return file.startsWith(realpathSync(folder) + sep) ? file : undefined;
  } catch {
    return undefined;
  }
}
