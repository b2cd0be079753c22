import type { ReactNode } from "react";
import classes from "./notice.module.css";

export type NoticeTone = "plain" | "green" | "amber" | "red";

export const Notice = ({
  tone = "plain",
  title,
  children,
  testId,
}: {
  readonly tone?: NoticeTone;
  readonly title: string;
  readonly children?: ReactNode;
  readonly testId?: string;
}) => (
  <div
    className={`${classes.notice} ${classes[tone]}`}
    role={tone === "red" ? "alert" : undefined}
    data-testid={testId}
  >
    <p className={classes.title}>{title}</p>
    {children !== undefined && <div className={classes.body}>{children}</div>}
  </div>
);
