import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

/** The one accent: the blue of document ink. Green, amber and red are kept for coverage alone. */
const ink: MantineColorsTuple = [
  "#eef2f9",
  "#dbe3f1",
  "#b9c8e4",
  "#94abd6",
  "#7391ca",
  "#5a7cbe",
  "#4768ab",
  "#385796",
  "#2b4778",
  "#1d325a",
];

const SERIF = `"Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, "Book Antiqua", Georgia, serif`;
const SANS = `system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif`;

export const theme = createTheme({
  colors: { ink },
  primaryColor: "ink",
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  fontFamily: SANS,
  fontFamilyMonospace: `ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace`,
  headings: { fontFamily: SERIF, fontWeight: "600", sizes: { h1: { fontSize: "1.9rem", lineHeight: "1.2" } } },
  defaultRadius: "sm",
  cursorType: "pointer",
  respectReducedMotion: true,
  // Every field is required unless its label says otherwise.
  components: {
    InputWrapper: {
      defaultProps: { withAsterisk: false, inputWrapperOrder: ["label", "input", "description", "error"] },
    },
  },
});

/** Paper in the light, slate in the dark; dimmed text dark enough for WCAG AA on both. */
export const resolveVariables: CSSVariablesResolver = () => ({
  variables: { "--serif": SERIF },
  light: {
    "--mantine-color-body": "#faf9f6",
    "--mantine-color-text": "#1c2026",
    "--mantine-color-dimmed": "#4d535b",
    "--surface": "#ffffff",
    "--line": "#dedbd3",
    "--accent-text": "#2b4778",
    "--hatch": "#d8d4ca",
    "--hatch-line": "#bab5a8",
    "--masked": "#8d897f",
    "--masked-line": "#7c786e",
    "--green": "#1b5e34",
    "--green-soft": "#e4f1e8",
    "--green-mark": "#3a8f5a",
    "--amber": "#704400",
    "--amber-soft": "#faefd6",
    "--amber-mark": "#c98a1b",
    "--red": "#8f1d1d",
    "--red-soft": "#fbe8e6",
    "--red-mark": "#c0392f",
  },
  dark: {
    "--mantine-color-body": "#14171b",
    "--mantine-color-text": "#e6e6e3",
    "--mantine-color-dimmed": "#b3b6ba",
    "--surface": "#1b1f25",
    "--line": "#343a42",
    "--accent-text": "#a9bfe8",
    "--mantine-color-anchor": "#a9bfe8",
    "--hatch": "#4a525d",
    "--hatch-line": "#66707c",
    "--masked": "#22262c",
    "--masked-line": "#333940",
    "--green": "#93d8ac",
    "--green-soft": "#17301f",
    "--green-mark": "#4ba36c",
    "--amber": "#f0c677",
    "--amber-soft": "#33280f",
    "--amber-mark": "#cf962f",
    "--red": "#f6aca6",
    "--red-soft": "#3b1b19",
    "--red-mark": "#d65a50",
  },
});
