/** Begins the names that Kafka and its tools keep for themselves. */
const RESERVED_PREFIX = '__';

const PATTERN = /^[\w.*-]+$/;
const NAME = /^[\w.-]+$/;

/** Whether the text can be one of {@link NamePatterns}. */
export function isNamePattern(text: string): boolean {
  return PATTERN.test(text);
}

/** Names of topics or streams by patterns, in which `*` stands for any characters that such a name may have. */
export class NamePatterns {
  readonly patterns: readonly string[];

  constructor(patterns: readonly string[]) {
    this.patterns = patterns;
  }

  /** Whether one of them fits. They never cover a reserved one. */
  cover(name: string): boolean {
    return NAME.test(name) && !isReserved(name) && this.patterns.some((pattern) => fits(pattern, name));
  }
}

export function isReserved(name: string): boolean {
  return name.startsWith(RESERVED_PREFIX);
}

/** Part by part, each as early as it can be. A regular expression of seven stars took eight minutes for one name. */
function fits(pattern: string, name: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
