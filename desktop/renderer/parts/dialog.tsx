import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

/** A modal dialog: the browser keeps the focus inside and gives it back. Esc asks `onCancel`, which decides. */
export function Dialog({ title, children, onCancel, wide = false, name }: { title: string; children: ComponentChildren; onCancel: () => void; wide?: boolean; name: string }) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = element.current;
    if (dialog !== null && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={element} class={`dialog dialog-${name}${wide ? ' wide' : ''}`} aria-labelledby={id} onCancel={(event) => { event.preventDefault(); onCancel(); }}>
      <h2 class="dialog-title" id={id}>{title}</h2>
      {children}
    </dialog>
  );
}
