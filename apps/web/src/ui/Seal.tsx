// The motif: a round seal with a scalloped edge, as on a court file. Its state is told by its form, not by colour.

type SealState = "closed" | "opening" | "verified" | "broken";

const LOBES = 18;
const POINTS = 216;
const CENTRE = 32;

const scallop = (radius: number, depth: number): string => {
  const points = Array.from({ length: POINTS }, (_, i) => {
    const angle = (2 * Math.PI * i) / POINTS;
    const r = radius + depth * Math.cos(LOBES * angle);
    return `${(CENTRE + r * Math.sin(angle)).toFixed(2)} ${(CENTRE - r * Math.cos(angle)).toFixed(2)}`;
  });
  return `M${points.join("L")}Z`;
};

const EDGE = scallop(28.5, 1.7);
/** The keyline's gap at the top is the mark of the name: what was put under seal can be opened. */
const KEYLINE = "M25.5 11.4A22 22 0 1 0 38.5 11.4";

const MARKS: Readonly<Record<SealState, string>> = {
  closed: "M23.5 22.5v11.2a8.5 8.5 0 0 0 17 0V22.5",
  opening: "M23.5 22.5v11.2a8.5 8.5 0 0 0 17 0V22.5",
  verified: "M21.5 32.8l7.4 7.4 14-15.6",
  broken: "M34 2.5l-5 15 8 9-9 10 6 9-4 16",
};

export interface SealProps {
  readonly state?: SealState;
  readonly sizePx: number;
  /** Spoken; without it the seal is decoration. */
  readonly label?: string;
}

export const Seal = ({ state = "closed", sizePx, label }: SealProps) => (
  <svg
    width={sizePx}
    height={sizePx}
    viewBox="0 0 64 64"
    fill="none"
    role={label === undefined ? "presentation" : "img"}
    aria-label={label}
    aria-hidden={label === undefined ? true : undefined}
    focusable="false"
  >
    <path d={EDGE} fill="var(--seal-ground, var(--mantine-color-ink-8))" />
    <path d={KEYLINE} stroke="var(--seal-line, #fff)" strokeWidth="1.6" strokeLinecap="round" opacity="0.75">
      {state === "opening" && (
        <animateTransform
          attributeName="transform"
          type="rotate"
          from="0 32 32"
          to="360 32 32"
          dur="2.4s"
          repeatCount="indefinite"
        />
      )}
    </path>
    <path
      d={MARKS[state]}
      stroke="var(--seal-line, #fff)"
      strokeWidth={state === "broken" ? 3 : 4.6}
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  </svg>
);
