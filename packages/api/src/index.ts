export { type BeaconRoundAnswer, beaconInfoSchema, beaconPaths, beaconRoundSchema } from "./beacon.ts";
export { type Api, type ApiError, type CallInput, createApi, isTransient, type NetworkError } from "./client.ts";
export {
  type ContractAnswer,
  contractRoutes,
  contractStates,
  type FreelancerAnswer,
  type PlatformAnswer,
} from "./contracts.ts";
export {
  DEVICE_SIGNATURE_AGE_MAX_SECONDS,
  isRequestSignedBy,
  type RequestSignature,
  readRequestSignature,
  type SignableRequest,
  signRequest,
} from "./device-signature.ts";
export { type DeviceAnswer, deviceRoutes, deviceStates } from "./devices.ts";
export {
  BLOB_MAX_BYTES,
  type CoverageAnswer,
  colours,
  coverageSchema,
  coverings,
  type DiarySegment,
  evidenceRoutes,
  type LoggedAnswer,
  type RegisteredAnswer,
  STATEMENTS_MAX,
} from "./evidence.ts";
export {
  type CardAnswer,
  type FundingAnswer,
  fundingStates,
  type InvoiceAnswer,
  type LedgerAccountAnswer,
  moneyRoutes,
  type TrialBalanceAnswer,
  type WeekAnswer,
  weekStates,
} from "./money.ts";
export {
  PASSWORD_MIN_CHARACTERS,
  type PersonAnswer,
  type PublicKeysAnswer,
  peopleRoutes,
  personKinds,
  seedBoxKinds,
} from "./people.ts";
export {
  type Problem,
  type ProblemCode,
  problemCodes,
  problemSchema,
  problems,
  type Refusal,
  refusal,
} from "./problems.ts";
export {
  type Access,
  type Route,
  type RouteAnswer,
  type RouteBody,
  type RouteParams,
  type RouteQuery,
  route,
} from "./route.ts";
export {
  ACKNOWLEDGEMENTS_PER_WEEK_MAX,
  type ConflictAnswer,
  statementRoutes,
  type WeekRecordAnswer,
  type WeekStatementAnswer,
} from "./statements.ts";
export {
  contractParams,
  digest,
  instantMs,
  LIST_MAX,
  type MoneyAnswer,
  moneySchema,
  uuid,
  weekDate,
} from "./values.ts";
