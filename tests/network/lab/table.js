// SPDX-License-Identifier: GPL-3.0-or-later
// The table of what each case took, as TAP comments.

const rows = new Map();
const columns = [];

/** @param {number|string} result milliseconds, or words */
export function record (row, column, result) {
  if (!rows.has(row)) rows.set(row, new Map());
  if (!columns.includes(column)) columns.push(column);
  rows.get(row).set(column, typeof result === 'number' ? `${Math.round(result)} ms` : result);
}

/** Prints the table as Markdown; a dash where a case was not run, or failed. */
export function printTable () {
  const head = ['from the call to the first picture', ...columns];
  const lines = [head, ...[...rows].map(([row, cells]) => [row, ...columns.map(column => cells.get(column) ?? '–')])];
  const widths = head.map((_, i) => Math.max(...lines.map(line => line[i].length)));
  const print = cells => console.log(`# | ${cells.map((cell, i) => (i ? cell.padStart(widths[i]) : cell.padEnd(widths[i]))).join(' | ')} |`);
  print(lines[0]);
  console.log(`# |${widths.map((width, i) => (i ? `${'-'.repeat(width + 1)}:` : '-'.repeat(width + 2))).join('|')}|`);
  lines.slice(1).forEach(print);
}
