// Whom a contract is proposed to: by e-mail address, or by the id that they can read on their own page.
import { type ApiError, type PublicKeysAnswer, peopleRoutes, route } from "@underseal/api";
import { isUuid, type Result } from "@underseal/foundation";
import { z } from "zod";
import type { Services } from "../../lib/services.ts";

const findByEmail = route({
  method: "GET",
  path: "/v1/people",
  summary: "The public keys of the person with this e-mail address",
  access: "person",
  query: z.object({ email: z.email().max(254) }),
  answer: peopleRoutes.getKeys.answer,
  problems: ["NOT_FOUND"],
});

export const findFreelancer = (
  { api }: Pick<Services, "api">,
  text: string,
): Promise<Result<PublicKeysAnswer, ApiError>> => {
  const trimmed = text.trim().toLowerCase();
  return isUuid(trimmed)
    ? api.call(peopleRoutes.getKeys, { params: { personId: trimmed } })
    : api.call(findByEmail, { query: { email: trimmed } });
};
