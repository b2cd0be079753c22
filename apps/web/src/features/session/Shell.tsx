import { Button, Menu } from "@mantine/core";
import { Link, Outlet, useNavigate, useRouteContext } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useServices } from "../../lib/services.ts";
import { signOut } from "../../lib/session-fetch.ts";
import { AnchorLink } from "../../ui/links.tsx";
import { Seal } from "../../ui/Seal.tsx";
import classes from "./shell.module.css";
import { ThemeSwitch } from "./ThemeSwitch.tsx";

/** The frame of all pages behind the sign-in. */
export const Shell = () => {
  const { t } = useTranslation();
  const { me } = useRouteContext({ from: "/signed" });
  return (
    <>
      <a className={classes.skip} href="#main">
        {t("common.skip")}
      </a>
      <header className={classes.header}>
        <div className={classes.bar}>
          <Link to="/" className={classes.brand}>
            <Seal sizePx={28} />
            <span>Underseal</span>
          </Link>
          <nav className={classes.nav} aria-label={t("common.navigation")}>
            <AnchorLink to="/" size="sm" c="inherit">
              {t(me.kind === "operator" ? "session.operatorTitle" : "contracts.title")}
            </AnchorLink>
          </nav>
          <ThemeSwitch />
          <PersonMenu />
        </div>
      </header>
      <main id="main" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
};

const PersonMenu = () => {
  const { t } = useTranslation();
  const services = useServices();
  const navigate = useNavigate();
  const { me } = useRouteContext({ from: "/signed" });
  const leave = async ({ forgetKeys }: { readonly forgetKeys: boolean }) => {
    if (forgetKeys) await services.keyring.forget(me.personId);
    await signOut(services);
    services.queryClient.clear();
    await navigate({ to: "/sign-in" });
  };
  return (
    <Menu position="bottom-end" withinPortal={false} shadow="md">
      <Menu.Target>
        <Button variant="default" size="xs" data-testid="person-menu" className={classes.person}>
          <span className={classes.personName}>{me.name}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t(`session.kinds.${me.kind}`)}</Menu.Label>
        <Menu.Item onClick={() => leave({ forgetKeys: false })} data-testid="sign-out">
          {t("session.signOut")}
        </Menu.Item>
        <Menu.Item onClick={() => leave({ forgetKeys: true })}>{t("session.signOutForget")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};
