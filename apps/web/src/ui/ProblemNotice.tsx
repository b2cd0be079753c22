import { useTranslation } from "react-i18next";
import { problemOf } from "../lib/failure.ts";
import { Notice } from "./Notice.tsx";

/** What went wrong and what to do, for anything thrown by a call to the server. */
export const ProblemNotice = ({ error }: { readonly error: unknown }) => {
  const { t } = useTranslation();
  const problem = problemOf(error);
  if (problem.code === "NETWORK") {
    return (
      <Notice tone="red" title={t("common.network")} testId="problem">
        {t("common.networkRemedy")}
      </Notice>
    );
  }
  return (
    <Notice tone="red" title={problem.title} testId="problem">
      <p>{problem.detail === undefined ? problem.remedy : `${problem.remedy} (${problem.detail})`}</p>
      <p className="visually-hidden">{problem.code}</p>
    </Notice>
  );
};
