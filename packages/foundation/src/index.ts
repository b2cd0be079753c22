export { assert, exhausted } from "./assert.ts";
export { type BoundedCache, createBoundedCache } from "./bounded-cache.ts";
export {
  base64ToBytes,
  base64UrlToBytes,
  bytesToBase64,
  bytesToBase64Url,
  bytesToHex,
  bytesToUtf8,
  concatBytes,
  equalBytes,
  hexToBytes,
  u32,
  u64,
  utf8ToBytes,
} from "./bytes.ts";
export { createHmacSha256, hashEach, hmacSha256, sha256 } from "./hash.ts";
export { type Brand, type ContractId, createId, type DeviceId, isUuid, type PersonId } from "./ids.ts";
export {
  currencyExponent,
  formatMoney,
  hourlyAmount,
  hourlyAmountCeil,
  isCurrency,
  type Money,
  money,
  moneyToDecimal,
} from "./money.ts";
export { createPooledRandom, createSystemRandom, createTestRandom, type Random } from "./random.ts";
export { type Redacted, redact, reveal } from "./redacted.ts";
export { err, ok, type Result } from "./result.ts";
export {
  type Clock,
  createDemoClock,
  createTestClock,
  DAY_MS,
  type DemoClockSettings,
  dateOf,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
  SEGMENT_MINUTES,
  SEGMENT_MS,
  slotEndMs,
  slotOf,
  slotStartMs,
  type TestClock,
  WEEK_MS,
  weekEndOf,
  weekStartOf,
} from "./time.ts";
