// What is shown where a page is not (yet) there.

import { Container } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { AnchorLink } from "./links.tsx";
import { Notice } from "./Notice.tsx";
import { ProblemNotice } from "./ProblemNotice.tsx";
import classes from "./route-states.module.css";
import { Seal } from "./Seal.tsx";

export const Loading = () => {
  const { t } = useTranslation();
  return (
    <div className={classes.loading} role="status">
      <Seal state="opening" sizePx={40} label={t("common.loading")} />
    </div>
  );
};

export const RouteFailure = ({ error }: { readonly error: unknown }) => (
  <Container size="sm" py="xl">
    <ProblemNotice error={error} />
  </Container>
);

export const NotFound = () => {
  const { t } = useTranslation();
  return (
    <Container size="sm" py="xl" component="main">
      <Notice title={t("common.notFound")}>
        <AnchorLink to="/">{t("common.toContracts")}</AnchorLink>
      </Notice>
    </Container>
  );
};
