/** What the scheduler needs of clusters. */

export interface NotebookCall {
  /** The warm cluster, or a process of the call's own. */
  readonly cluster: 'local' | 'new';
  /** Absolute path of the notebook's file. */
  readonly notebook: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Folder, which exists, for what the notebook prints and displays. */
  readonly output: string;
}

export type NotebookEnd =
  | { readonly kind: 'exited'; readonly result: string | null; readonly truncated: boolean }
  | { readonly kind: 'raised'; readonly error: string; readonly errorTrace: string }
  /** The signal was aborted, and no process that worked on the call is left. */
  | { readonly kind: 'stopped' }
  /** The cluster did not start or ended under the notebook. */
  | { readonly kind: 'lost'; readonly message: string };

export interface Compute {
  /** Runs one notebook; never rejects. `onStart` is called when its turn has come and Spark is up. */
  run(
    call: NotebookCall,
    options: { readonly signal: AbortSignal; readonly onStart: () => void },
  ): Promise<NotebookEnd>;
}
