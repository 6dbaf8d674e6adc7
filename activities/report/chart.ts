/** A bar for each label. `upright` puts the labels below, as for years. */
export interface Bars {
  readonly shape: 'bars';
  readonly labels: readonly string[];
  readonly values: readonly number[];
  readonly upright?: boolean;
}

/** A dot for each label on a logarithmic axis, for values that span orders of magnitude; null has no dot. */
export interface Dots {
  readonly shape: 'dots';
  readonly labels: readonly string[];
  readonly values: readonly (number | null)[];
  readonly upright?: boolean;
}

/** A value for some pairs of row and column, darker the greater it is. */
export interface Matrix {
  readonly shape: 'matrix';
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly cells: readonly { readonly row: number; readonly column: number; readonly value: number }[];
  /** Shade by order of magnitude instead of by amount. */
  readonly logarithmic?: boolean;
}

/** A drawing of numbers, without any of its looks. Labels may be hostile text. */
export type Chart = (Bars | Dots | Matrix) & { readonly formatValue: (value: number) => string };

/** Port: a chart as one SVG element that can stand in an HTML page; equal charts give equal bytes. */
export type DrawChart = (chart: Chart) => string;
