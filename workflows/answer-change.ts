/** What has to happen after every change that somebody asks a running workflow for. */
interface Answer<Progress> {
  readonly show: () => void;
  readonly snapshot: () => Progress;
}

/** Makes the handler of an update: it changes something, shows that and answers how things then are. */
export function answerChange<Args extends unknown[], Progress>(
  apply: (...args: Args) => void,
  { show, snapshot }: Answer<Progress>,
): (...args: Args) => Progress {
  return (...args) => {
    apply(...args);
    show();
    return snapshot();
  };
}
