import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import helmet from "helmet";

/**
 * What pages of ours may do: run our scripts, talk to us, show pictures that they made themselves. Styles are
 * written into pages by the interface kit, hence 'unsafe-inline' for those alone.
 */
const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:", "blob:"],
    connectSrc: ["'self'"],
    workerSrc: ["'self'"],
    fontSrc: ["'self'"],
    manifestSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
};

/** The headers that every answer has: always the same, so that they are worked out once and not for each request. */
export const createSecurityHeaders = ({ isHttps }: { readonly isHttps: boolean }): readonly [string, string][] => {
  const setHeaders = helmet({
    contentSecurityPolicy,
    strictTransportSecurity: isHttps,
    referrerPolicy: { policy: "no-referrer" },
    frameguard: { action: "deny" },
  });
  const request = new IncomingMessage(new Socket());
  const answer = new ServerResponse(request);
  setHeaders(request, answer, () => {});
  return Object.entries(answer.getHeaders()).map(([name, value]) => [name, String(value)]);
};
