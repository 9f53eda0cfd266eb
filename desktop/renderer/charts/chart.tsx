import { useEffect, useRef, useState } from 'preact/hooks';
import type { TopLevelSpec } from 'vega-lite';
import { useApp } from '../app-context.ts';
import { fetchArtifact, saveBlob } from '../parts/save.ts';
import type { Drawn } from './draw.ts';
import type { ChartSet } from './sets.ts';

/** The interactive chart where there is a document for it, else its picture. `onTitle` hears its human title. */
export function Chart({ jobId, set, onTitle }: { jobId: string; set: ChartSet; onTitle: (title: string) => void }) {
  const { store, say } = useApp();
  const frame = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const [picture, setPicture] = useState<string | null>(null);
  const [reason, setReason] = useState<string | null>(null);
  const [title, setTitle] = useState(set.name);
  useEffect(() => {
    const controller = new AbortController();
    let chart: Drawn | null = null;
    let url: string | null = null;
    const element = frame.current;
    const observer = new ResizeObserver(() => requestAnimationFrame(() => { if (element !== null && chart !== null && !controller.signal.aborted) chart.resize(...sizeOf(element)); }));
    const show = async (): Promise<void> => {
      if (element === null) return;
      setTitle(set.name);
      onTitle(set.name);
      let failure: unknown = null;
      if (set.spec !== undefined) {
        try {
          const [{ draw }, blob] = await Promise.all([import('./draw.ts'), fetchArtifact(store, jobId, set.spec, controller.signal)]);
          const document = JSON.parse(await blob.text()) as TopLevelSpec;
          if (controller.signal.aborted) return;
          chart = await draw(element, document, ...sizeOf(element));
          if (controller.signal.aborted) return chart.close();
          setDrawn(chart);
          const words = titleOf(document) ?? set.name;
          setTitle(words);
          onTitle(words);
          observer.observe(element);
          return;
        } catch (error) {
          if (controller.signal.aborted) return;
          failure = error;
          element.replaceChildren();
          store.log('warning', `${set.name}: ${String(error)}`);
        }
      }
      if (set.png === undefined) return;
      url = URL.createObjectURL(await fetchArtifact(store, jobId, set.png, controller.signal));
      setPicture(url);
      setReason(failure === null ? null : String((failure as Error).message));
    };
    setDrawn(null);
    setPicture(null);
    setReason(null);
    show().catch((error: unknown) => { if (!controller.signal.aborted) store.fail(error); });
    return () => {
      controller.abort();
      observer.disconnect();
      chart?.close();
      element?.replaceChildren();
      if (url !== null) URL.revokeObjectURL(url);
    };
  }, [jobId, set.stem]);
  const save = async (blob: Promise<Blob> | Blob | undefined, extension: string): Promise<void> => {
    if (blob !== undefined) saveBlob(await blob, `${set.name}.${extension}`);
  };
  return (
    <figure class="chart-frame" aria-label={title}>
      <div ref={frame} class="chart" role="img" tabIndex={0} aria-label={title} data-drawn={drawn !== null ? 'vega' : picture !== null ? 'picture' : 'no'} />
      {picture !== null && <img class="chart-picture" src={picture} alt={title} />}
      {reason !== null && <p class="hint">{say('ui_chart_fallback', { reason })}</p>}
      {drawn !== null && <figcaption class="hint">{say('ui_chart_hint')} <span class="stretch" />{(['png', 'svg', 'csv'] as const).map((format) => <button key={format} class="link" onClick={() => void save(drawn[format](), format)}>{say('ui_save_as', { format: format.toUpperCase() })}</button>)}</figcaption>}
    </figure>
  );
}

function sizeOf(element: HTMLElement): [number, number] {
  return [Math.max(320, element.clientWidth - 4), Math.max(260, element.clientHeight - 4)];
}

function titleOf(document: TopLevelSpec): string | undefined {
  const { title } = document as { title?: unknown };
  const words = typeof title === 'object' && title !== null ? (title as { text?: unknown }).text : title;
  return typeof words === 'string' ? words : undefined;
}
