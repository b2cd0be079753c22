// The set to work on: look at its pictures, at what leaks in them, and make it better.
import { languages } from "./languages/index.ts";
import { pageKinds } from "./pages/index.ts";
import { signIn } from "./pages/sign-in.ts";
import type { SetParameters } from "./screen-plan.ts";

export const workSet: SetParameters = {
  name: "work",
  seed: 20_260_101,
  pageKinds: { ...pageKinds, "sign-in": signIn },
  languages,
  terms: ["Halvorsen Robotics", "Project Bluebell", "Kestrel-7", "Nordlicht Pharma", "Tamarind"],
  screensOfEachKind: 5,
  windowScreens: 6,
  monitorScreens: 3,
  terminalScreens: 5,
};
