// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of a benchmark: quantiles, ratios and the table that is printed.

const sorted = values => values.filter(Number.isFinite).sort((a, b) => a - b);

/** The value below which a share of the values lies; NaN of none. */
export function quantile (values, share) {
  const all = sorted(values);
  if (all.length === 0)
    return NaN;
  const at = (all.length - 1) * share;
  const low = Math.floor(at);
  return all[low] + (all[Math.min(low + 1, all.length - 1)] - all[low]) * (at - low);
}

export const median = values => quantile(values, 0.5);
export const mean = values => sorted(values).reduce((sum, value) => sum + value, 0) / sorted(values).length;

/** A number with so many decimals, or a dash where there is none. */
export const show = (value, decimals = 0) => (Number.isFinite(value) ? value.toFixed(decimals) : '–');

/** Prints rows as a Markdown table, as docs/performance.md holds them. */
export function printTable (head, rows) {
  const all = [head, ...rows].map(row => row.map(String));
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column].length)));
  const line = row => `| ${row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join(' | ')} |`;
  console.log(line(all[0]));
  console.log(`|${widths.map((width, column) => (column ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`);
  all.slice(1).forEach(row => console.log(line(row)));
}

/** What stood on the machine's other side of the scale, so that a figure taken on a busy machine is known for one. */
export function printMachine (os) {
  const cpu = os.cpus()[0]?.model ?? 'unknown processor';
  console.log(`\n${cpu}, ${os.cpus().length} cores, load ${os.loadavg()[0].toFixed(2)} when it ended\n`);
}
