/** Line drawings of our own, in place of the original's emoji, logo and figures: the same on every platform and without its brand. */
const paths = {
  ok: 'M4 12l5 5L20 6', bad: 'M5 5l14 14M19 5L5 19', warning: 'M12 3l10 18H2zM12 10v5M12 18v.5', folder: 'M3 6h6l2 2h10v11H3z', chart: 'M4 20V4M4 20h16M8 16v-4M12 16V8M16 16v-6',
  line: 'M4 18l5-6 4 3 7-9', model: 'M6 8h12v10H6zM12 8V4M9 12v1M15 12v1M9 15.5h6', tool: 'M14 6a4 4 0 0 0 5 5l-9 9-4-4 9-9zM14 6l3-2', clock: 'M12 3a9 9 0 1 0 .01 0zM12 7v5l3 2', file: 'M6 3h8l4 4v14H6zM14 3v4h4', info: 'M12 3a9 9 0 1 0 .01 0zM12 11v6M12 7v.5',
} as const;
export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return <svg class={`icon icon-${name}`} viewBox="0 0 24 24" aria-hidden="true"><path d={paths[name]} /></svg>;
}

/** Product mark: a brush wheel over an edge. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 200 120" role="img" aria-label="0.00sec">
      <g class="wheel">{Array.from({ length: 24 }, (_, at) => <line key={at} x1="100" y1="56" x2={100 + 46 * Math.cos((at * Math.PI) / 12)} y2={56 + 46 * Math.sin((at * Math.PI) / 12)} />)}<circle cx="100" cy="56" r="20" /><circle cx="100" cy="56" r="5" /></g>
      <path class="edge" d="M12 108H150L166 92H190" />
    </svg>
  );
}

/** Someone thinking about a chart: the filter page's corner. */
export function Thinker() {
  return (
    <svg class="thinker" viewBox="0 0 160 190" aria-hidden="true">
      <circle cx="74" cy="62" r="30" /><path d="M62 58v4M84 58v4M66 76q8 5 16 0M30 178q0-60 44-62t44 62M118 150l18-38-14-12M136 112q4-16-8-18" /><path class="accent" d="M112 44h40v34h-40zM118 70v-10M126 70v-18M134 70v-7M142 70v-21M106 84l-6 6M96 94l-4 4" />
    </svg>
  );
}

export function Worker() {
  return (
    <svg class="worker" viewBox="0 0 150 150" aria-hidden="true">
      <circle cx="52" cy="46" r="22" /><path d="M30 42q22-30 44 0M44 46v3M60 46v3M45 57q7 5 14 0M18 140q0-62 34-66t34 66M82 96l28-14" /><g class="accent"><circle cx="122" cy="74" r="16" /><path d="M122 50v-6M122 104v-6M98 74h-6M152 74h-6M105 57l-4-4M139 91l4 4M139 57l4-4M105 91l-4 4M96 112h52" /></g>
    </svg>
  );
}
