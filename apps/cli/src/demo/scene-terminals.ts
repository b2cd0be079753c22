// The terminals of the demo's desktop. Their text travels in the environment, not in files or arguments, so that the
// words on the screen are written to no disk.
import type { SceneSecrets } from "./scene-secrets.ts";

export interface Terminal {
  readonly title: string;
  /** X11 geometry: columns × rows + place. */
  readonly geometry: string;
  readonly background: string;
  readonly foreground: string;
  readonly text: string;
}

export const SHELL_TITLE = "deploy@staging";
/** The demo's deny list names this program; its window is never captured. */
export const VAULT_TITLE = "KeePassXC — Vault";

const inverse = (text: string): string => `\u001b[7m${text}\u001b[0m`;
const dim = (text: string): string => `\u001b[2m${text}\u001b[0m`;

export const sceneTerminals = (secrets: SceneSecrets): readonly Terminal[] => [
  {
    title: SHELL_TITLE,
    geometry: "66x18+16+16",
    background: "#10161d",
    foreground: "#d6dee6",
    text: lines([
      `$ export AWS_ACCESS_KEY_ID=${secrets.accessKey}`,
      "$ aws s3 ls s3://lakeside-exports --summarize",
      "2026-11-16 08:12:44    1482234 intake-week-46.csv",
      "2026-11-17 08:12:41    1501877 intake-week-47.csv",
      "Total Objects: 2",
      `$ mysql -u ops -p'${secrets.shellPassword}' -e 'select count(*) from visits'`,
      "+----------+",
      "| count(*) |",
      "+----------+",
      "|    48213 |",
      "+----------+",
    ]),
  },
  {
    title: "invoice.ts - editor",
    geometry: "66x22+16+400",
    background: "#fbfbf8",
    foreground: "#24292e",
    text: lines([
      inverse(" invoice.ts                                     modified  utf-8 "),
      ...[
        'import { connect } from "./database.ts";',
        "",
        "export const openDatabase = () =>",
        "  connect({",
        '    host: "db.lakeside.example",',
        '    user: "billing",',
        `    password: "${secrets.databasePassword}",`,
        "  });",
        "",
        "export const totalOf = (visits) =>",
        "  visits",
        "    .filter((visit) => visit.billable)",
        "    .reduce((sum, visit) => sum + visit.amountMinor, 0n);",
      ].map((line, index) => `${dim(`${index + 1}`.padStart(3))}  ${line}`),
    ]),
  },
  {
    title: VAULT_TITLE,
    geometry: "56x13+620+760",
    background: "#1e2a22",
    foreground: "#d9f2df",
    text: lines([
      inverse(" Vault / Clients / Lakeside                            "),
      "",
      "  Entry      Production database",
      "  User       root",
      `  Password   ${secrets.vaultPassword}`,
    ]),
  },
];

const lines = (all: readonly string[]): string => `${all.join("\r\n")}\r\n`;
