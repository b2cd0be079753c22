import classes from "./activity.module.css";

const LEVELS = Array.from({ length: 10 }, (_, i) => i + 1);

/** 0 to 10: in how many of the ten minutes there was input. */
export const ActivityMeter = ({ level, label }: { readonly level: number; readonly label: string }) => (
  <span className={classes.meter} role="img" aria-label={label} title={label}>
    {LEVELS.map((step) => (
      <span key={step} className={step <= level ? classes.on : classes.off} />
    ))}
  </span>
);
