import classes from "./coverage.module.css";

export type CoverageColour = "green" | "amber" | "red";

// Three forms, so that the colours are never alone: a shield with a check, one with a bar, an empty one struck out.
const SHIELD = "M8 1.3l5.4 2v4.2c0 3.4-2.2 5.9-5.4 7.2-3.2-1.3-5.4-3.8-5.4-7.2V3.3z";
const MARKS: Readonly<Record<CoverageColour, string>> = {
  green: "M5.3 8l2 2 3.6-4",
  amber: "M8 4.8v3.8M8 10.9v.1",
  red: "M3 13L13 3",
};

export const CoverageBadge = ({ colour, children }: { readonly colour: CoverageColour; readonly children: string }) => (
  <span className={`${classes.badge} ${classes[colour]}`} data-colour={colour}>
    <svg width="14" height="16" viewBox="0 0 16 16" fill="none" aria-hidden="true" focusable="false">
      <path d={SHIELD} stroke="currentColor" strokeWidth="1.5" />
      <path d={MARKS[colour]} stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" />
    </svg>
    {children}
  </span>
);
