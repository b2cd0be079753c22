export const common = {
  skip: "Skip to the content",
  navigation: "Main",
  loading: "Loading",
  toLight: "Switch to the light theme",
  toDark: "Switch to the dark theme",
  notFound: "There is no such page.",
  toContracts: "To your contracts",
  network: "The server did not answer.",
  networkRemedy: "Check the connection and load the page again; nothing was lost.",
  utc: "All times are UTC.",
  cancel: "Cancel",
} as const;
