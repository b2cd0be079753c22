import classes from "./words.module.css";

/** Numbered words, to be written down or read out. */
export const Words = ({
  words,
  label,
  testId,
}: {
  readonly words: string;
  readonly label: string;
  readonly testId?: string;
}) => (
  <ol className={classes.words} aria-label={label} data-testid={testId}>
    {words.split(" ").map((word, i) => (
      // A word may occur twice; its place is what names it.
      // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes order
      <li key={i}>
        <span className={classes.number} aria-hidden="true">
          {i + 1}
        </span>
        <span data-word={i + 1}>{word}</span>
      </li>
    ))}
  </ol>
);
