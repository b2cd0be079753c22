import { Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Seal } from "../../ui/Seal.tsx";
import classes from "./entrance.module.css";

/** The frame of the pages before the sign-in: what this is on one side, the form on the other. */
export const Entrance = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · Underseal`;
  }, [title]);
  return (
    <div className={classes.entrance}>
      <header className={classes.pitch}>
        <div className={classes.watermark}>
          <Seal sizePx={520} />
        </div>
        <div className={classes.brand}>
          <Seal sizePx={46} />
          <span>Underseal</span>
        </div>
        <p className={classes.claim}>{t("session.claim")}</p>
        <ul className={classes.points}>
          <li>{t("session.pointSealed")}</li>
          <li>{t("session.pointProven")}</li>
          <li>{t("session.pointCovered")}</li>
        </ul>
      </header>
      <main className={classes.main}>
        <div className={classes.form}>
          <Title order={1} mb="md">
            {title}
          </Title>
          {children}
        </div>
      </main>
    </div>
  );
};
