import { err, ok, type Result } from "@underseal/foundation";

// enrolled ──revoke──▶ revoked
//
// For good: a device that is trusted again is enrolled again, with a new id and a new key.

export type DeviceState = "enrolled" | "revoked";

export type DeviceEvent = "revoke";

const moves: Readonly<Record<DeviceState, Readonly<Partial<Record<DeviceEvent, DeviceState>>>>> = {
  enrolled: { revoke: "revoked" },
  revoked: {},
};

export const next = (state: DeviceState, event: DeviceEvent): Result<DeviceState, "MOVE_FORBIDDEN"> => {
  const to = moves[state][event];
  return to === undefined ? err("MOVE_FORBIDDEN") : ok(to);
};
