// Who may speak to us at all, decided before anything else of a request is looked at. The enemies: a web page in the
// person's own browser, under a name that it made resolve to 127.0.0.1 (DNS rebinding) or from another origin, other
// ports of this machine included; and programs of other users of this machine, who can connect but know no secret.
import type { Problem } from "./problems.ts";

export interface RequestFacts {
  readonly method: string;
  readonly path: string;
  /** All values, as they came: a header that is there twice means something to somebody. */
  readonly headers: (name: string) => readonly string[];
}

/** The pages themselves, which hold nothing: a link from anywhere may lead to them. */
export const PAGES = ["/", "/review"] as const;

export type PageAddress = (typeof PAGES)[number];

const isPage = (path: string): boolean => PAGES.some((page) => page === path);

export const refuseForeign = (request: RequestFacts, port: number): Problem | null => {
  const [host, ...otherHosts] = request.headers("host");
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (host === undefined || otherHosts.length > 0 || !own.includes(host.toLowerCase())) {
    return { code: "FOREIGN_HOST", message: "this is not where the request was meant to go" };
  }
  const origins = request.headers("origin");
  const isUnsafe = request.method !== "GET" && request.method !== "HEAD";
  const areOwn = origins.every((origin) => origin === `http://${host.toLowerCase()}`);
  if (!areOwn || origins.length > 1 || (isUnsafe && origins.length === 0)) return foreignOrigin;
  return isOfOurSite(request) ? null : foreignOrigin;
};

const foreignOrigin: Problem = { code: "FOREIGN_ORIGIN", message: "the request comes from another site" };

/** Of browsers, which say so; `same-site` is another port of this machine. */
const isOfOurSite = ({ method, path, headers }: RequestFacts): boolean => {
  const sites = headers("sec-fetch-site");
  if (sites.every((site) => site === "same-origin" || site === "none")) return true;
  const isVisit = headers("sec-fetch-mode").includes("navigate") && headers("sec-fetch-dest").includes("document");
  return method === "GET" && isPage(path) && isVisit;
};
