import { useApp } from '../app-context.ts';
import { bytes, figure } from '../model/format.ts';
import { Icon } from '../parts/icons.tsx';

const shownRows = 100;

/** What was loaded, before anything is done with it: kind, rows, duplicates, notices, first rows. */
export function FileScreen() {
  const { state, say } = useApp();
  const { file, description } = state;
  if (file === null) return <section class="container"><h1>{say('ui_file')}</h1><p class="empty">{say('ui_need_file')}</p></section>;
  const { table } = file;
  const facts: [string, string][] = [
    [say('ui_file_name'), file.name], [say('ui_size'), bytes(file.blob.size)],
    ...(description === null || table === null ? [] : [
      [say('ui_file_kind'), say(`ui_kind_${description.kind}`)], [say('ui_rows'), String(table.rows.length)], [say('ui_columns'), String(table.header.length)], [say('ui_duplicates'), String(description.duplicates)],
      ...(description.brush === null ? [] : [[say('ui_brush'), description.brush]]), ...(file.encoding === null ? [] : [[say('ui_encoding'), file.encoding]]),
    ] as [string, string][]),
  ];
  return (
    <section class="container">
      <h1>{say('ui_file')}</h1>
      <dl class="info facts">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      <p class="strip good"><Icon name="ok" />{description === null ? say('ui_file_no_preview') : say(`ui_kind_${description.kind}_hint`)}</p>
      {description !== null && description.notices.length > 0 && <><h2>{say('ui_notices')}</h2><ul class="notices">{description.notices.map((notice, at) => <li key={at} class={notice.severity}><Icon name={notice.severity === 'info' ? 'info' : 'warning'} />{say(notice.code, notice.values)}</li>)}</ul></>}
      {table !== null && description !== null && (
        <>
          <h2>{say('ui_preview')} <small>{say('ui_preview_rows', { shown: Math.min(shownRows, table.rows.length), total: table.rows.length })}</small></h2>
          <div class="scroll tall" tabIndex={0} role="region" aria-label={say('ui_preview')}>
            <table class="grid">
              <thead><tr><th scope="col">{say('ui_row')}</th>{description.columns.map((column) => <th scope="col" key={column.name} title={`${figure(column.min)} – ${figure(column.max)}`}>{column.name}{column.missing > 0 && <small>{say('ui_empty_cells')} {column.missing}</small>}</th>)}</tr></thead>
              <tbody>{table.rows.slice(0, shownRows).map((row, at) => <tr key={at}><th scope="row">{table.rowNumbers[at]}</th>{table.header.map((name, place) => <td key={name}>{row[place]}</td>)}</tr>)}</tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}
