import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useServices } from "../../lib/services.ts";
import { AnchorLink } from "../../ui/links.tsx";
import { useReader } from "../session/me.ts";
import { contractQuery } from "./queries.ts";
import classes from "./trail.module.css";

/** Where in the site a page of a contract is. */
export const ContractTrail = ({ contractId }: { readonly contractId: string }) => {
  const { t } = useTranslation();
  const services = useServices();
  const { me } = useReader();
  const { data } = useQuery(contractQuery(services, contractId));
  const other = data?.client.personId === me.personId ? data?.freelancer : data?.client;
  return (
    <nav aria-label={t("contracts.trail")} className={classes.trail}>
      <AnchorLink to="/" size="sm">
        {t("contracts.title")}
      </AnchorLink>
      <span aria-hidden="true">/</span>
      <AnchorLink to="/contracts/$contractId" params={{ contractId }} size="sm">
        {other?.name ?? t("contracts.one")}
      </AnchorLink>
    </nav>
  );
};
