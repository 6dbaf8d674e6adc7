import type { ConditionOperator } from './settings.ts';

export interface Condition {
  readonly op: ConditionOperator;
  readonly left: string;
  readonly right: string;
}

/** Equality compares text, order compares numbers; undefined when one of those is no number. */
export function evaluateCondition({ op, left, right }: Condition): boolean | undefined {
  if (op === 'EQUAL_TO') return left === right;
  if (op === 'NOT_EQUAL') return left !== right;
  const [a, b] = [toNumber(left), toNumber(right)];
  if (Number.isNaN(a) || Number.isNaN(b)) return undefined;
  if (op === 'GREATER_THAN') return a > b;
  if (op === 'GREATER_THAN_OR_EQUAL') return a >= b;
  return op === 'LESS_THAN' ? a < b : a <= b;
}

/** Number('') would be 0. */
function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}
