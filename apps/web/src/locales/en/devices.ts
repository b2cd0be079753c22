export const devices = {
  title: "Your trackers",
  lead: "A tracker may record only after you have signed its key here. Compare the fingerprint with the one it shows.",
  waits: "A new tracker asks to be let in",
  fingerprint: "Key",
  approve: "Sign and let it in",
  states: { enrolled: "Let in on {{date}}", revoked: "Revoked (let in on {{date}})" },
  revoke: "Revoke",
  revokeMore: "From now on nothing counts that this tracker signs. This cannot be taken back.",
  revokeSign: "Sign and revoke",
  keep: "Keep it",
  makeCode: "Make a code for a new tracker",
  codeUntil: "Type it into the tracker until {{time}}.",
} as const;
