import type { FaultValues, Notice } from '../../../../schemas/index.ts';
import { useApp } from '../../app-context.ts';
import { Icon } from '../../parts/icons.tsx';

/** R² above which a chip is green, and above which it is orange: the original's. */
const good = 0.7;
const fair = 0.5;

export function tone(r2: number | null): string {
  return r2 === null ? 'mid' : r2 > good ? 'good' : r2 > fair ? 'mid' : 'bad';
}

export function FailedRow({ name, failure }: { name: string; failure: { code: string; message: string; values?: Readonly<Record<string, unknown>> } }) {
  const { say } = useApp();
  const text = say(failure.code, failure.values as FaultValues | undefined);
  return <div class="model"><b>【{name}】</b> <Icon name="bad" />{say('ui_failure')}<br />{say('ui_error')}: {text.startsWith('[') ? failure.message : text}</div>;
}

export function Notices({ notices }: { notices: readonly Notice[] }) {
  const { say } = useApp();
  if (notices.length === 0) return null;
  return <><h2>{say('ui_notices')}</h2><ul class="notices">{notices.map((notice, at) => <li key={at} class={notice.severity}><Icon name={notice.severity === 'info' ? 'info' : 'warning'} />{say(notice.code, { ...notice.where, ...notice.values })}</li>)}</ul></>;
}
