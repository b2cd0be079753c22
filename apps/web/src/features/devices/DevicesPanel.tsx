import { Button, Code, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { contractRoutes, deviceRoutes } from "@underseal/api";
import { keyIdOf } from "@underseal/evidence";
import { base64UrlToBytes } from "@underseal/foundation";
import { useTranslation } from "react-i18next";
import { valueOrThrow } from "../../lib/failure.ts";
import { useServices } from "../../lib/services.ts";
import { Panel } from "../../ui/Panel.tsx";
import { ProblemNotice } from "../../ui/ProblemNotice.tsx";
import { dateText, deadlineText } from "../../ui/time.ts";
import { useReader } from "../session/me.ts";
import { certifyDevice, revokeDevice } from "./certificate.ts";
import classes from "./devices.module.css";
import { devicesQuery, enrolmentsQuery } from "./queries.ts";
import { RevokeButton } from "./RevokeButton.tsx";

const fingerprintOf = (sign: string): string => keyIdOf(base64UrlToBytes(sign) ?? new Uint8Array());

/** The freelancer's trackers: a code to bring a new one in, and the signature that lets it record. */
export const DevicesPanel = () => {
  const { t, i18n } = useTranslation();
  const services = useServices();
  const { me, keys } = useReader();
  const code = useMutation({
    mutationFn: async () => valueOrThrow(await services.api.call(deviceRoutes.createEnrolmentCode, {})),
  });
  const waiting = useQuery(enrolmentsQuery(services, { isWaiting: code.data !== undefined }));
  const devices = useQuery(devicesQuery(services));
  const approve = useMutation({
    mutationFn: async (device: { readonly deviceId: string; readonly sign: string }) => {
      const { nowMs } = valueOrThrow(await services.api.call(contractRoutes.getPlatform, {}));
      const certificate = certifyDevice(device, { personId: me.personId, keys, nowMs }).envelope;
      return valueOrThrow(await services.api.call(deviceRoutes.enrolDevice, { body: { certificate } }));
    },
    onSuccess: () =>
      Promise.all(
        [["devices"], ["enrolments"]].map((queryKey) => services.queryClient.invalidateQueries({ queryKey })),
      ),
  });
  const revoke = useMutation({
    mutationFn: async (deviceId: string) => {
      const { nowMs } = valueOrThrow(await services.api.call(contractRoutes.getPlatform, {}));
      const signed = revokeDevice(deviceId, { personId: me.personId, keys, nowMs, random: services.random });
      const input = { params: { deviceId }, body: { revocation: signed.envelope } };
      return valueOrThrow(await services.api.call(deviceRoutes.revokeDevice, input));
    },
    onSuccess: () => services.queryClient.invalidateQueries({ queryKey: ["devices"] }),
  });
  const error = revoke.error ?? code.error ?? waiting.error ?? devices.error ?? approve.error;
  return (
    <Panel title={t("devices.title")} lead={t("devices.lead")} testId="devices">
      <Stack>
        {error !== null && <ProblemNotice error={error} />}
        <ul className={classes.list}>
          {waiting.data?.map((device) => (
            <li key={device.deviceId} data-testid="waiting-device">
              <div>
                <Text fw={600}>{t("devices.waits")}</Text>
                <Text size="sm" c="dimmed">
                  {t("devices.fingerprint")} <Code>{fingerprintOf(device.sign)}</Code>
                </Text>
              </div>
              <Button size="xs" loading={approve.isPending} onClick={() => approve.mutate(device)}>
                {t("devices.approve")}
              </Button>
            </li>
          ))}
          {devices.data?.map((device) => (
            <li key={device.deviceId} data-testid="device" data-state={device.state}>
              <div>
                <Text>
                  {t(`devices.states.${device.state}`, { date: dateText(device.enrolledAtMs, i18n.language) })}
                </Text>
                <Text size="sm" c="dimmed">
                  {t("devices.fingerprint")} <Code>{fingerprintOf(device.sign)}</Code>
                </Text>
              </div>
              {device.state === "enrolled" && (
                <RevokeButton isBusy={revoke.isPending} onRevoke={() => revoke.mutate(device.deviceId)} />
              )}
            </li>
          ))}
        </ul>
        <Group>
          <Button variant="default" loading={code.isPending} onClick={() => code.mutate()}>
            {t("devices.makeCode")}
          </Button>
          {code.data !== undefined && (
            <div role="status">
              <strong className={classes.code} data-testid="enrolment-code">
                {code.data.code}
              </strong>
              <Text size="sm" c="dimmed">
                {t("devices.codeUntil", { time: deadlineText(code.data.expiresAtMs, i18n.language) })}
              </Text>
            </div>
          )}
        </Group>
      </Stack>
    </Panel>
  );
};
