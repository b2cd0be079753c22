import { envelopeSchema } from "@underseal/evidence";
import { z } from "zod";
import { route } from "./route.ts";
import { deviceKey, instantMs, LIST_MAX, uuid } from "./values.ts";

export const deviceStates = ["enrolled", "revoked"] as const;

const deviceSchema = z
  .object({
    deviceId: uuid,
    personId: uuid,
    state: z.enum(deviceStates),
    /** The public key, base64url. */
    sign: deviceKey,
    certificate: envelopeSchema,
    enrolledAtMs: instantMs,
  })
  .meta({ id: "Device" });

export type DeviceAnswer = z.infer<typeof deviceSchema>;

/** `ABCD-EFGH`: made in the web app, typed into the tracker, good for one device and ten minutes. */
const enrolmentCode = z.string().regex(/^[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}$/);

export const deviceRoutes = {
  createEnrolmentCode: route({
    method: "POST",
    path: "/v1/device-codes",
    summary: "A code with which a new device asks to be enrolled; an earlier code that was not used ends",
    access: "person",
    answer: z.object({ code: enrolmentCode, expiresAtMs: instantMs }),
    status: 201,
    problems: [],
  }),
  requestEnrolment: route({
    method: "POST",
    path: "/v1/device-enrolments",
    summary: "A new device asks its owner to certify its key; the same request may be sent again",
    access: "anyone",
    body: z.object({ code: enrolmentCode, deviceId: uuid, sign: deviceKey }),
    answer: z.object({ personId: uuid }),
    status: 202,
    problems: ["ENROLMENT_CODE_INVALID", "PUBLIC_KEY_INVALID"],
  }),
  listEnrolments: route({
    method: "GET",
    path: "/v1/device-enrolments",
    summary: "Devices that wait for your certificate",
    access: "person",
    answer: z.object({
      enrolments: z.array(z.object({ deviceId: uuid, sign: deviceKey, requestedAtMs: instantMs })).max(LIST_MAX),
    }),
    problems: [],
  }),
  enrolDevice: route({
    method: "POST",
    path: "/v1/devices",
    summary: "Enrol a device: its certificate, signed with your account key",
    access: "person",
    body: z.object({ certificate: envelopeSchema }),
    answer: deviceSchema,
    status: 201,
    problems: [
      "ENVELOPE_INVALID",
      "BODY_NOT_CANONICAL",
      "SCHEMA_INVALID",
      "PUBLIC_KEY_INVALID",
      "SIGNATURE_INVALID",
      "NOT_ALLOWED",
    ],
  }),
  listDevices: route({
    method: "GET",
    path: "/v1/devices",
    summary: "Your devices",
    access: "person",
    answer: z.object({ devices: z.array(deviceSchema).max(LIST_MAX) }),
    problems: [],
  }),
  revokeDevice: route({
    method: "POST",
    path: "/v1/devices/:deviceId/revocation",
    summary: "Revoke a device: nothing it signs from now on is admitted; the first statement stands",
    access: "person",
    params: z.object({ deviceId: uuid }),
    /** A `revocation` statement, signed with your account key. */
    body: z.object({ revocation: envelopeSchema }),
    answer: deviceSchema,
    problems: [
      "ENVELOPE_INVALID",
      "BODY_NOT_CANONICAL",
      "SCHEMA_INVALID",
      "SIGNATURE_INVALID",
      "NOT_ALLOWED",
      "NOT_FOUND",
    ],
  }),
  getThisDevice: route({
    method: "GET",
    path: "/v1/device",
    summary: "The device that signed this request",
    access: "device",
    answer: deviceSchema,
    problems: [],
  }),
} as const;
