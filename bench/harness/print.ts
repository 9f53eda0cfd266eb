import type { Machine } from './machine.ts';
import type { Record } from './record.ts';

/** Seconds for people. */
export function showSeconds(seconds: number | null): string {
  if (seconds === null) return '–';
  const [value, unit] = seconds >= 1 ? [seconds, 's'] : seconds >= 1e-3 ? [seconds * 1e3, 'ms'] : [seconds * 1e6, 'µs'];
  return `${value >= 100 ? value.toFixed(0) : value.toPrecision(3)} ${unit}`;
}

export function showMachine(machine: Machine): string {
  return `${machine.cpu} · ${machine.cores} cores, load ${machine.load.toFixed(1)} · node ${machine.node} · commit ${machine.commit ?? '–'} · `
    + `one thread: ${(machine.flops / 1e9).toFixed(1)} Gflop/s, ${(machine.bytes / 1e9).toFixed(1)} GB/s`;
}

/** A case as a table: one line per peer. */
export function showRecords(records: readonly Record[]): string {
  const head = ['peer', 'ours', 'peer', 'ratio', 'ours cpu', 'peer cpu', 'cpu ratio', 'floor', '× floor', 'agree'];
  const lines = records.map((record) => [
    record.peer === null ? '(none)' : `${record.peer}${record.peer_version === null ? '' : ` ${record.peer_version}`}`,
    showSeconds(record.ours_s),
    record.absent === null ? showSeconds(record.peer_s) : `absent: ${record.absent}`,
    record.ratio === null ? '–' : `${record.ratio.toPrecision(3)}×`,
    showSeconds(record.ours_cpu_s),
    showSeconds(record.peer_cpu_s),
    record.cpu_ratio === null ? '–' : `${record.cpu_ratio.toPrecision(3)}×`,
    showSeconds(record.floor_s),
    record.floor_s === null || record.floor_s === 0 ? '–' : (record.ours_s / record.floor_s).toFixed(1),
    record.agrees === null ? '–' : record.agrees ? 'yes' : 'NO',
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const text = (cells: readonly string[]): string => `  ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`;
  const floor = records[0]?.floor_of;
  return [text(head), ...lines.map(text), ...(floor == null ? [] : [`  floor: ${floor}`])].join('\n');
}
