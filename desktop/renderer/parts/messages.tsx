import { linesOf, useApp } from '../app-context.ts';
import { Dialog } from './dialog.tsx';
import { Icon } from './icons.tsx';

/** The open question, the last error, and short confirmations. */
export function Messages() {
  const { store, state, say } = useApp();
  const { error, question, toasts } = state;
  return (
    <>
      {error !== null && (
        <Dialog name="error" title={say('ui_error')} onCancel={() => store.set({ error: null })}>
          <div class="message"><Icon name="warning" /><div>{linesOf(error, say).map((line, at) => <p key={at}>{line}</p>)}</div></div>
          <details><summary>{say('ui_details')}</summary><pre tabIndex={0}>{`${error.code}\n${error.message}\n${JSON.stringify(error.where)} ${JSON.stringify(error.values)}`}</pre></details>
          <div class="dialog-buttons"><button class="button blue" autoFocus onClick={() => store.set({ error: null })}>{say('ui_close')}</button></div>
        </Dialog>
      )}
      {question !== null && (
        <Dialog name="question" title={say('ui_warning')} onCancel={() => question.resolve(false)}>
          <div class="message"><Icon name="info" /><p>{question.text}</p></div>
          <div class="dialog-buttons"><button class="button red" onClick={() => question.resolve(true)}>{say('ui_yes')}</button><button class="button plain" autoFocus onClick={() => question.resolve(false)}>{say('ui_no')}</button></div>
        </Dialog>
      )}
      <div class="toasts" role="status" aria-live="polite">{toasts.map((toast) => <div class="toast" key={toast.id}><Icon name="ok" />{say(toast.code, toast.values)}</div>)}</div>
    </>
  );
}
