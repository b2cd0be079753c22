import classes from "./share-bar.module.css";

type ShareTone = "accent" | "soft" | "rest" | "green" | "amber" | "red" | "hatch" | "masked";

export interface Share {
  readonly key: string;
  readonly label: string;
  /** Any unit; the parts are shown relative to their sum. */
  readonly size: number;
  readonly tone: ShareTone;
}

/** Parts of a whole as one bar; the legend says in words everything that the bar shows. */
export const ShareBar = ({ shares, label }: { readonly shares: readonly Share[]; readonly label: string }) => (
  <div>
    <div className={classes.bar} aria-hidden="true">
      {shares
        .filter(({ size }) => size > 0)
        .map(({ key, size, tone }) => (
          <span key={key} className={`${classes.part} ${classes[tone]}`} style={{ flexGrow: size }} />
        ))}
    </div>
    <ul className={classes.legend} aria-label={label}>
      {shares.map((share) => (
        <li key={share.key}>
          <span className={`${classes.swatch} ${classes[share.tone]}`} aria-hidden="true" />
          {share.label}
        </li>
      ))}
    </ul>
  </div>
);
