export { addCard, cardsOf } from "./cards.ts";
export {
  chargeFunding,
  finishFundings,
  fundDeposit,
  postFunding,
  requestFunding,
} from "./fundings.ts";
export type { ContractParties, PartiesOf, PaymentsDeps } from "./ports.ts";
export type { PaymentProvider } from "./provider.ts";
export { createPaymentsFeature } from "./routes.ts";
export { createSandboxProvider } from "./sandbox.ts";
export type { Funding } from "./store.ts";
