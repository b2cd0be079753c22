export type { BlobError, BlobStore, BlobToStore, StoredBlob } from "./blob-store.ts";
export { openFileBlobStore } from "./file-blob-store.ts";
