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
  const floor = records[0]?.floor_of;
  return showTable(head, lines) + (floor == null ? '' : `\n  floor: ${floor}`);
}

/** A suite at a glance: a line per case, CPU time (which load inflates least) beside that of each peer. */
export function showSummary(records: readonly Record[]): string {
  const lines = [...Map.groupBy(records, (record) => record.case)].map(([name, comparisons]) => {
    const peers = comparisons.filter(({ peer }) => peer !== null).map(({ peer, peer_cpu_s, cpu_ratio, absent, agrees }) => (absent === null
      ? `${peer} ${showSeconds(peer_cpu_s)} (${cpu_ratio === null ? '–' : `${cpu_ratio.toPrecision(3)}×`}${agrees === false ? ', DIFFERS' : ''})`
      : `${peer} absent`));
    const [first] = comparisons;
    return [name, showSeconds(first?.ours_s ?? null), showSeconds(first?.ours_cpu_s ?? null), peers.join(', ') || '–'];
  });
  return showTable(['case', 'ours', 'ours cpu', 'peers’ cpu (peer / ours)'], lines, [0, 3]);
}

/** Columns are aligned to the right but for those named. */
export function showTable(head: readonly string[], lines: readonly (readonly string[])[], left: readonly number[] = [0]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const text = (cells: readonly string[]): string => `  ${cells.map((cell, column) => (left.includes(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`.trimEnd();
  return [text(head), ...lines.map(text)].join('\n');
}
