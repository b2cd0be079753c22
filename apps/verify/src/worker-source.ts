/** The whole worker as one script; build.ts puts it here. */
export const workerSource: string = "";
