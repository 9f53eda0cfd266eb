import { useApp } from '../app-context.ts';
import { Mark } from '../parts/icons.tsx';

/** While the desktop program starts its backend: the original's splash, in words. */
export function Starting() {
  const { say } = useApp();
  return <main class="starting"><Mark /><h1 class="product">0.00 sec</h1><p role="status">{say('ui_starting')}</p><progress aria-label={say('ui_starting')} /></main>;
}
