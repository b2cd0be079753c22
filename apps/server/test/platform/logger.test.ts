import { expect, test } from "vitest";
import { createLogger } from "../../src/platform/logger.ts";

const linesOf = (write: (logger: ReturnType<typeof createLogger>) => void): string => {
  const lines: string[] = [];
  write(createLogger({ level: "info", destination: { write: (line) => void lines.push(line) } }));
  return lines.join("");
};

test("a request is logged by its route alone: no address, query, cookie, header or body", () => {
  const request = {
    id: "r1",
    method: "PUT",
    url: "/v1/people/ada?q=secret-query",
    headers: { cookie: "secret-cookie", authorization: "secret-header" },
    body: { text: "secret-body" },
    routeOptions: { url: "/v1/people/:personId" },
  };
  const line = linesOf((logger) =>
    logger.info({ req: request, res: { statusCode: 200, body: "secret-answer" } }, "request"),
  );
  expect(line).not.toContain("secret");
  expect(JSON.parse(line)).toMatchObject({
    req: { method: "PUT", route: "/v1/people/:personId" },
    res: { status: 200 },
  });
});

test("an error is logged by its name, code and place, not by its message, detail or cause", () => {
  const error = Object.assign(new TypeError("value secret-message is wrong", { cause: "secret-cause" }), {
    code: "23505",
    constraint: "person_pkey",
    detail: "Key (email)=(secret-detail) exists",
  });
  const line = linesOf((logger) => logger.error({ err: error }, "request failed"));
  expect(line).not.toContain("secret");
  expect(JSON.parse(line).err).toMatchObject({ name: "TypeError", code: "23505", constraint: "person_pkey" });
  expect(JSON.parse(line).err.at[0]).toContain("logger.test.ts");
});
