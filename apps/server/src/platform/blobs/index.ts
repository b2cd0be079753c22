export type { BlobStore } from "./blob-store.ts";
export { openFileBlobStore } from "./file-blob-store.ts";
