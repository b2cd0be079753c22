// What a child needs to open a capture at rest. Apart from the code that opens, which the daemon never loads.
export interface VaultRequest {
  readonly vaultFile: string;
  /** The vault's age identity. It travels by pipe to a child of our own and nowhere else. */
  readonly vaultIdentity: string;
  /** What the capture committed to (base64url). */
  readonly root: string;
  readonly treeSize: number;
  /** Of leaf states; which of the withheld leaves are visible makes no difference here. */
  readonly map: string;
}
