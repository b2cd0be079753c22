import { Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import classes from "./panel.module.css";

/** A titled part of a page. */
export const Panel = ({
  title,
  lead,
  children,
  testId,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children: ReactNode;
  readonly testId?: string;
}) => {
  const id = useId();
  return (
    <section className={`surface ${classes.panel}`} aria-labelledby={id} data-testid={testId}>
      <Title order={2} size="h3" id={id}>
        {title}
      </Title>
      {lead !== undefined && <p className={classes.lead}>{lead}</p>}
      <div className={classes.body}>{children}</div>
    </section>
  );
};
