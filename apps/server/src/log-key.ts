import { ok, type Random, type Result } from "@underseal/foundation";
import { encodeVerifierKey, verifierKeyOf } from "@underseal/tlog";
import type { Config } from "./config.ts";
import { createSecrets, type SecretsError } from "./platform/secrets.ts";

/**
 * The log's verifier key as a line of text, made where there is none yet: witnesses and a log policy need it before
 * the server's first start.
 */
export const readLogKey = async (
  config: Pick<Config, "dataDir" | "origin">,
  { random }: { readonly random: Random },
): Promise<Result<string, SecretsError>> => {
  const seed = await createSecrets({ dataDir: config.dataDir, random }).get("log-key");
  return seed.ok ? ok(encodeVerifierKey(verifierKeyOf({ name: config.origin, seed: seed.value }))) : seed;
};
