import { type ApiError, problems } from "@underseal/api";

/** What a tracker's owner does about an answer that is no. */
export const explainAnswer = (error: ApiError, serverUrl: string): string => {
  if (error.code === "NETWORK") {
    return `the server at ${serverUrl} does not answer (${error.detail}): check that it runs and that UNDERSEAL_SERVER names it`;
  }
  if (error.code === "DEVICE_SIGNATURE_INVALID") {
    return (
      "the server does not know this machine: make a code in the web app and run underseal track enrol CODE " +
      "(or, if it was enrolled before, check the machine's clock)"
    );
  }
  const { title, remedy } = problems[error.code];
  return `the server says no: ${error.detail ?? title} ${remedy}`;
};
