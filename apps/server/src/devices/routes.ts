import { type DeviceAnswer, deviceRoutes, LIST_MAX, refusal } from "@underseal/api";
import { bytesToBase64Url, type DeviceId, err, ok } from "@underseal/foundation";
import { type ServedRoute, serve } from "../platform/feature.ts";
import { transact } from "../platform/postgres/transact.ts";
import {
  createEnrolmentCode,
  type DeviceDeps,
  enrolDevice,
  enrolmentsEndedBefore,
  requestEnrolment,
} from "./enrolment.ts";
import { revokeDevice } from "./revocation.ts";
import { deviceKeyOf } from "./rules.ts";
import { type DeviceRecord, findById, listDevices, listEnrolments } from "./store.ts";

// Whoever asks with a code may guess at it.
const GUESSES_PER_MINUTE_MAX = 10;

export const serveDevices = (deps: DeviceDeps): readonly ServedRoute[] => {
  const { database, clock } = deps;
  return [
    serve(deviceRoutes.createEnrolmentCode, async ({ caller }) => ok(await createEnrolmentCode(deps, caller.personId))),
    serve(
      deviceRoutes.requestEnrolment,
      async ({ body }) => {
        // The schema admits UUIDs only.
        const request = { code: body.code, deviceId: body.deviceId as DeviceId, sign: deviceKeyOf(body.sign) };
        const asked = await requestEnrolment(deps, request);
        return asked.ok ? ok({ personId: asked.value }) : asked;
      },
      { ratePerMinute: GUESSES_PER_MINUTE_MAX },
    ),
    serve(deviceRoutes.listEnrolments, async ({ caller }) => {
      const after = enrolmentsEndedBefore(clock.now());
      const waiting = await transact(database, caller, (transaction) =>
        listEnrolments(transaction, caller.personId, { after, max: LIST_MAX }),
      );
      const enrolments = waiting.map(({ deviceId, sign, requestedAt }) => ({
        deviceId,
        sign: bytesToBase64Url(sign),
        requestedAtMs: requestedAt.getTime(),
      }));
      return ok({ enrolments });
    }),
    serve(deviceRoutes.enrolDevice, async ({ caller, body }) => {
      const enrolled = await enrolDevice(deps, caller.personId, body.certificate);
      return enrolled.ok ? ok(presentDevice(enrolled.value)) : enrolled;
    }),
    serve(deviceRoutes.listDevices, async ({ caller }) => {
      const devices = await transact(database, caller, (transaction) =>
        listDevices(transaction, caller.personId, LIST_MAX),
      );
      return ok({ devices: devices.map(presentDevice) });
    }),
    serve(deviceRoutes.revokeDevice, async ({ caller, params, body }) => {
      // The schema admits UUIDs only.
      const request = { deviceId: params.deviceId as DeviceId, envelope: body.revocation };
      const revoked = await revokeDevice(deps, caller.personId, request);
      return revoked.ok ? ok(presentDevice(revoked.value)) : revoked;
    }),
    serve(deviceRoutes.getThisDevice, async ({ caller }) => {
      const owner = { kind: "person", personId: caller.personId } as const;
      const device = await transact(database, owner, (transaction) => findById(transaction, caller.deviceId));
      return device === null ? err(refusal("DEVICE_SIGNATURE_INVALID")) : ok(presentDevice(device));
    }),
  ];
};

const presentDevice = (device: DeviceRecord): DeviceAnswer => ({
  deviceId: device.deviceId,
  personId: device.personId,
  state: device.state,
  sign: bytesToBase64Url(device.sign),
  certificate: device.certificate,
  enrolledAtMs: device.enrolledAtMs,
});
