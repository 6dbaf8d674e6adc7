import { type EChartsOption, init } from 'echarts';
import type { Bars, Chart, Dots, Matrix } from './chart.ts';
import { shortenLabel } from './format-values.ts';

/** Drawn at the width of half a page; a phone shows it at three quarters of that, where 12.5 is still readable. */
const WIDTH = 480;
const FONT = { fontFamily: 'inherit', fontSize: 12.5 };
/** Room for one character of a label at that size, measured in the widest font the page may fall back to, DejaVu Sans. */
const CHARACTER = 7.4;
const LABEL_LENGTH = 28;
const ROW = 26;
const UPRIGHT_HEIGHT = 250;
const MARGIN = 8;
const AXIS = 26;
/** Colours are those of the page, which knows whether it is shown light, dark or on paper. */
const INK = 'var(--ink)';
const SOFT = 'var(--soft)';
const RULE = 'var(--rule)';
const PAPER = 'var(--paper)';
const ACCENT = 'var(--accent)';
/** A cell of full weight still lets its number be read. */
const SHADES = [0.05, 0.5];

/** Draws a chart with Apache ECharts as one SVG element; see DrawChart. */
export function drawChart(chart: Chart): string {
  const { option, height } = chart.shape === 'matrix' ? layOutMatrix(chart) : layOutSeries(chart);
  const instance = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    instance.setOption({ animation: false, textStyle: { ...FONT, color: INK }, ...option });
    return normaliseSvg(instance.renderToSVGString());
  } finally {
    // An instance that is not disposed of keeps a timer, and with it the process, alive.
    instance.dispose();
  }
}

/**
 * ECharts numbers its class names per process, and adds styles for the pointer and data for a script in the page: they
 * go, so that equal charts give equal bytes. ECharts escapes text, so what looks like an attribute or a tag here is one.
 */
function normaliseSvg(svg: string): string {
  return svg
    .replace(/<style[^>]*>.*?<\/style>/gs, '')
    .replace(/ (?:class|ecmeta_[a-z_]+|pointer-events|xmlns:xlink|version|baseProfile)="[^"]*"/g, '')
    .replace(/<rect [^>]*fill="none"><\/rect>\n?/, '')
    .replace(/^<svg width="\d+" height="\d+"/, '<svg')
    .trim();
}

interface Layout {
  readonly option: EChartsOption;
  readonly height: number;
}

function layOutSeries(chart: (Bars | Dots) & Chart): Layout {
  const upright = chart.upright === true;
  const labels = { ...categoryAxis(chart.labels), inverse: !upright };
  const values = chart.shape === 'dots' ? logarithmicAxis(chart) : { type: 'value' as const, show: false };
  const position: 'top' | 'right' = upright ? 'top' : 'right';
  const series = {
    data: chart.values.map((value) => (chart.shape === 'dots' && value !== null ? Math.max(value, LEAST) : value)),
    silent: true,
    clip: false,
    itemStyle: { color: ACCENT, opacity: 1 },
    label: {
      show: true,
      position,
      color: INK,
      ...FONT,
      formatter: ({ dataIndex }: { dataIndex: number }) => chart.formatValue(chart.values[dataIndex] ?? 0),
    },
  };
  const bottom = upright || chart.shape === 'dots' ? AXIS : MARGIN;
  const grid = upright
    ? { left: chart.shape === 'dots' ? 48 : MARGIN, right: MARGIN, top: 28, bottom }
    : { left: labelRoom(chart.labels), right: numberRoom(chart), top: MARGIN, bottom };
  return {
    height: upright ? UPRIGHT_HEIGHT : chart.labels.length * ROW + MARGIN + bottom,
    option: {
      grid: { ...grid, outerBoundsMode: 'none' },
      ...(upright ? { xAxis: labels, yAxis: values } : { xAxis: values, yAxis: labels }),
      series:
        chart.shape === 'bars'
          ? { type: 'bar', barWidth: upright ? 48 : 14, ...series }
          : { type: 'scatter', symbolSize: 11, ...series },
    },
  };
}

function layOutMatrix(chart: Matrix & Chart): Layout {
  const values = chart.cells.map(({ value }) => value);
  const shade =
    chart.logarithmic === true ? shadeByMagnitude(values) : (value: number) => value / Math.max(...values, 1);
  const grid = { left: labelRoom(chart.rows), right: MARGIN, top: AXIS, bottom: MARGIN };
  return {
    height: chart.rows.length * ROW + AXIS + MARGIN,
    option: {
      grid: { ...grid, outerBoundsMode: 'none' },
      xAxis: { ...categoryAxis(chart.columns), position: 'top', axisLine: { show: false } },
      yAxis: { ...categoryAxis(chart.rows), inverse: true, axisLine: { show: false } },
      visualMap: { show: false, min: 0, max: 1, dimension: 2, inRange: { opacity: SHADES } },
      series: {
        type: 'heatmap',
        data: chart.cells.map(({ row, column, value }) => [column, row, shade(value)]),
        silent: true,
        itemStyle: { color: ACCENT, borderColor: PAPER, borderWidth: 2 },
        label: {
          show: true,
          color: INK,
          opacity: 1,
          ...FONT,
          formatter: ({ dataIndex }) => chart.formatValue(values[dataIndex] ?? 0),
        },
      },
    },
  };
}

function categoryAxis(labels: readonly string[]) {
  return {
    type: 'category' as const,
    data: labels.map((label) => shortenLabel(label, LABEL_LENGTH)),
    axisTick: { show: false },
    axisLine: { lineStyle: { color: RULE } },
    axisLabel: { ...FONT, color: INK, interval: 0, width: LABEL_LENGTH * CHARACTER, overflow: 'truncate' as const },
  };
}

/** A median of 0 has no place on a logarithmic axis: it is drawn at its foot, with its true number beside it. */
const LEAST = 1;

/** From the power of ten at or below the least value to the one above the greatest. */
function logarithmicAxis({ values }: Dots) {
  const exponents = values.filter((value) => value !== null).map((value) => Math.log10(Math.max(value, LEAST)));
  const low = Math.floor(Math.min(...exponents));
  const high = Math.max(Math.ceil(Math.max(...exponents)), low + 1);
  return {
    type: 'log' as const,
    min: 10 ** low,
    max: 10 ** high,
    splitLine: { lineStyle: { color: RULE } },
    axisLabel: { ...FONT, color: SOFT, formatter: shortenNumber },
  };
}

function shortenNumber(value: number): string {
  if (value >= 1e9) return `${value / 1e9}G`;
  if (value >= 1e6) return `${value / 1e6}M`;
  return value >= 1e3 ? `${value / 1e3}k` : String(value);
}

function shadeByMagnitude(values: readonly number[]): (value: number) => number {
  const exponents = values.map((value) => Math.log10(Math.max(value, LEAST)));
  const [low, high] = [Math.min(...exponents), Math.max(...exponents)];
  return (value) => (high === low ? 1 : (Math.log10(Math.max(value, LEAST)) - low) / (high - low));
}

function labelRoom(labels: readonly string[]): number {
  const longest = Math.max(...labels.map((label) => shortenLabel(label, LABEL_LENGTH).length));
  return Math.ceil(longest * CHARACTER) + 12;
}

/** What stands beside a bar or a dot. */
function numberRoom({ values, formatValue }: (Bars | Dots) & Chart): number {
  const longest = Math.max(...values.map((value) => formatValue(value ?? 0).length));
  return Math.ceil(longest * CHARACTER) + 12;
}
