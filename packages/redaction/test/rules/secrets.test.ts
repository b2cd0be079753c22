import { describe, expect, test } from "vitest";
import { findIn } from "../pages.ts";

const PEM = [
  "-----BEGIN RSA PRIVATE KEY-----",
  "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7MhgHcTz6sE2I2yPB",
  "aFDrBz9vFqU4yVkzSzA8J8uTQeZfV1bYTuLr5PqzL1XeDqF0xkTjQ2sVwKp9uRnE",
  "xGd7bHq2",
];

describe.each<[reason: string, rows: readonly (readonly [text: string, words: string])[]]>([
  [
    "password",
    [
      ["Password: hunter2", "hunter2"],
      ["Passw0rd: hunter2", "hunter2"],
      ["Pa55word : hunter2", "hunter2"],
      ["Passvvord; Tr0ub4dor&3", "Tr0ub4dor&3"],
      ["Pass word: x9!kLm", "x9!kLm"],
      ["Password Tr0ub4dor&3", "Tr0ub4dor&3"],
      ["Password   sunset", "sunset"],
      ["Password   correct horse battery staple", "correct horse battery staple"],
      ["Password\nTr0ub4dor&3", "Tr0ub4dor&3"],
      ["Password:\nsunset", "sunset"],
      ["Password\ncorrect horse battery staple", "correct horse battery staple"],
      ["password: purple monkey dishwasher", "purple monkey dishwasher"],
      ["the wifi password is sunset77 btw", "sunset77"],
      ["and the password is Velvet-orbit-4821 - please change it", "Velvet-orbit-4821"],
      ["the password is swordfish", "swordfish"],
      ["DB_PASSWORD=s3cr3t", "DB_PASSWORD=s3cr3t"],
      ["SMTP_PASSWORD = kL9x Qw7Z", "kL9x Qw7Z"],
      ['const password = "hunter2horse";', '"hunter2horse";'],
      ["Passwort: Sonne", "Sonne"],
      ["Kennwort   Gr8!Haus", "Gr8!Haus"],
      ["Mot de passe : soleil42", "soleil42"],
      ["Motdepasse: soleil42", "soleil42"],
      ["Contraseña: girasol", "girasol"],
      ["Contrasena   g1rasol!", "g1rasol!"],
      ["Senha: girassol9", "girassol9"],
      ["Palavra-passe: girassol", "girassol"],
      ["PIN: 4821", "4821"],
      ["Recovery code: 7F3K2-QX9TR", "7F3K2-QX9TR"],
      ["login with Kx7#mQ2p!z today", "Kx7#mQ2p!z"],
      ["try TobiasNovak1987! first", "TobiasNovak1987!"],
    ],
  ],
  [
    "apiKey",
    [
      ["AKIAIOSFODNN7EXAMPLE", "AKIAIOSFODNN7EXAMPLE"],
      ["AK1A1OSFODNN7EXAMPLE", "AK1A1OSFODNN7EXAMPLE"],
      ["use token ghp_x7Kd92mQpLr4TzVb8NcYwE3sJ6hGfA1u0iOq now", "ghp_x7Kd92mQpLr4TzVb8NcYwE3sJ6hGfA1u0iOq"],
      ["ghp x7Kd92mQpLr4TzVb8NcYwE3sJ6hGfA1u0iOq", "x7Kd92mQpLr4TzVb8NcYwE3sJ6hGfA1u0iOq"],
      ["sk_live_4eC39HqLyjWDarjtT1zdp7dc", "sk_live_4eC39HqLyjWDarjtT1zdp7dc"],
      ["sk_1ive_4eC39HqLyjWDarjtT1zdp7dc", "sk_1ive_4eC39HqLyjWDarjtT1zdp7dc"],
      [
        "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOHzbrzgy8",
        "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOHzbrzgy8",
      ],
      ["x0xb-17653672481-l9874698323 pdFZKVeTuE8sk7oO", "x0xb-17653672481-l9874698323 pdFZKVeTuE8sk7oO"],
      ["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIi", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIi"],
      ["AIzaSyA1b2C3d4E5f6G7h8I9j0KlMnOpQrStUvW", "AIzaSyA1b2C3d4E5f6G7h8I9j0KlMnOpQrStUvW"],
      [
        "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      ],
      ["api key: 9f86d081884c7d65", "9f86d081884c7d65"],
      ["API-Schlüssel: qZ7xk2mP", "qZ7xk2mP"],
      ["clé API : qZ7xk2mP", "qZ7xk2mP"],
      ["clave secreta: qZ7xk2mP", "qZ7xk2mP"],
      ["chave secreta: qZ7xk2mP", "qZ7xk2mP"],
      ["JWT_SECRET=2b7e151628aed2a6abf7158809cf4f3c", "JWT_SECRET=2b7e151628aed2a6abf7158809cf4f3c"],
      ['accessKeyId: "AKIAIOSFODNN7EXAMPLE",', '"AKIAIOSFODNN7EXAMPLE",'],
      ["client_secret   Zq8xT4vB2nM6", "Zq8xT4vB2nM6"],
      ["Secret key\nZq8xT4vB2nM6kL0p", "Zq8xT4vB2nM6kL0p"],
      ["JBSWY-3DPEH-PK3PX", "JBSWY-3DPEH-PK3PX"],
    ],
  ],
  [
    "credentials",
    [
      ["postgres://app:hunter2@db.internal:5432/prod", "postgres://app:hunter2@db.internal:5432/prod"],
      ["postgres://app:hunter2©db.internal:5432/prod", "postgres://app:hunter2©db.internal:5432/prod"],
      ["https://example.org/cb?token=abc123def", "https://example.org/cb?token=abc123def"],
      ["https://example.org/x?page=1&access_token=abcdef", "https://example.org/x?page=1&access_token=abcdef"],
      ["mysql -u root -phunter2 billing", "-phunter2"],
      ["sshpass -p sunset ssh host", "sunset"],
      ["deploy --password hunter2 --verbose", "hunter2"],
      ["deploy --passw0rd=hunter2", "--passw0rd=hunter2"],
      ["curl -u ada:sunset https://example.org", "ada:sunset"],
      ['curl -H "Authorization: Bearer qZ7xk2mPw9" https://example.org', 'qZ7xk2mPw9"'],
    ],
  ],
  [
    "privateKey",
    [
      [[...PEM, "-----END RSA PRIVATE KEY-----"].join("\n"), [...PEM, "-----END RSA PRIVATE KEY-----"].join(" ")],
      [PEM.join("\n"), PEM.join(" ")],
      [
        PEM.join("\n").replaceAll("-----BEGIN RSA PRIVATE", "----BEG1N RSA PR1VATE"),
        PEM.join(" ").replaceAll("-----BEGIN RSA PRIVATE", "----BEG1N RSA PR1VATE"),
      ],
    ],
  ],
  [
    "oneTimeCode",
    [
      ["One-time code 482 913", "482 913"],
      ["Your verification code is 482913.", "482913."],
      ["482913 is your verification code", "482913"],
      ["G-482913 is your verification code", "G-482913"],
      ["Verification code\n4829", "4829"],
      ["0TP: 48Z913", "48Z913"],
      ["Ihr Bestätigungscode lautet 482913", "482913"],
      ["Code de vérification : 482913", "482913"],
      ["Código de verificación: 482913", "482913"],
      ["Código de verificação   482913", "482913"],
      ["Your code: 482913", "482913"],
    ],
  ],
])("%s", (reason, rows) => {
  test.each(rows)("%s", (text, words) => {
    expect(findIn(text)).toMatchObject({ [reason]: words });
  });
});

test("every line of a private key is hidden, and what follows it is not", () => {
  const text = [...PEM, "-----END RSA PRIVATE KEY-----", "the next words are harmless"].join("\n");
  expect(findIn(text).privateKey).not.toContain("harmless");
});
