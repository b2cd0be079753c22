// What people mostly have on their screens must mostly stay visible: rules that find everything say nothing.
import { describe, expect, test } from "vitest";
import { findIn } from "../pages.ts";

describe("prose, code and interfaces stay free of findings", () => {
  test.each([
    "The service restarts workers when a queue stalls and the scheduler moves pending jobs to another node.",
    "Please change your password every year; a password must have at least 12 characters.",
    "Passwords are hashed with a salt. The password is required. Forgot your password?",
    "We rotate tokens daily, and each token expires after 24 hours. The secret of good tea is water.",
    "Your card will be charged monthly. The address of the server has changed. Call me when you are born again.",
    "Die Verbindung wurde getrennt, bitte prüfen Sie die Einstellungen und versuchen Sie es noch einmal.",
    "Ein Fehler ist aufgetreten. Das Passwort ist falsch. Geben Sie eine Adresse ein.",
    "La connexion a été perdue, veuillez vérifier les paramètres. Le mot de passe est requis.",
    "No se pudo guardar el archivo. La contraseña es obligatoria. Introduzca un nombre.",
    "Não foi possível guardar o ficheiro. A senha é obrigatória. Verifique a sua ligação.",
    "import { readFile } from 'node:fs/promises';",
    "export const toLine = (words: readonly Word[]): TextLine => ({ words, box: boxOf(words) });",
    "const rows = await db.query(sql, [req.params.id]);",
    "if (!rows.length) return res.status(404).end();",
    "const password = req.body.password; const token = getToken(request);",
    "interface Login { password: string; token?: string; apiKey: string | undefined }",
    "function authenticate(user: User, password: string): Promise<boolean> {",
    "const secret = process.env.SESSION_SECRET;",
    "for (let i = 0; i < 100; i += 1) total += values[i] * 2;",
    "  background: #1e1e2e; color: rgba(255, 255, 255, 0.8); margin: 0 10px 20px 30px;",
    "@Injectable() export class UserService { constructor(private readonly users: UserStore) {} }",
    "npm install --save-dev typescript@5.9.2 vitest@3.2.4 @biomejs/biome",
    "docker run -p 8080:80 -v /var/lib/data:/data --name web nginx:1.27",
    "mkdir -p packages/redaction/src && cd packages/redaction",
    "git commit -m 'Lines of text' && git push origin main",
    "http://localhost:3000/api/users?page=2&sort=name",
    "https://docs.example.org/guides/getting-started/index.html",
    "Listening on 192.168.100.200:8080 and 10.0.19045.3803",
    "v24.21.0   1.22.11   ES2024   UTF-8   x86_64   sha256",
    "Total: 1,234,567.89 USD   1.234.567,89 €   $99.00   12.5 %",
    "2024-01-15 10:22:33   15.01.2024   01/15/2024   January 15, 2024   2023-2024",
    "2024-01-15T10:22:33.123Z INFO started in 1532 ms, 2048 rows, 17 errors",
    "HTTP/1.1 404 Not Found   Error code: 1045   exit code 137   zip 7 files",
    "1920x1080   60 fps   16:9   300 dpi   4 of 12   500 MB",
    "File   Edit   Selection   View   Go   Run   Terminal   Help",
    "Inbox (14)   Starred   Sent   Drafts   Spam   Trash",
    "Profile\nPassword\nNotifications\nBilling\nSign out",
    "Password   Change\nTwo-factor authentication   Enabled",
    "password_length: 12   token_count = 5   max_tokens: 4096   secretName: app",
    "Chapter 12   Figure 3.4   Section B   Appendix A   Windows 11   Office 365",
    "handleClick   useState   onKeyDown   toUpperCase   getElementById   BigInt64Array",
    "Open in new window. Save as draft. Mark as read. Will page the team. May release soon.",
  ])("%s", (text) => {
    expect(findIn(text)).toEqual({});
  });
});
