import { describe, expect, test } from "vitest";
import { findIn } from "../pages.ts";

describe.each<[reason: string, rows: readonly (readonly [text: string, words: string])[]]>([
  [
    "email",
    [
      ["write to ada.novak@example.com please", "ada.novak@example.com"],
      ["ada.novak©example.com", "ada.novak©example.com"],
      ["ada.novak®example.com", "ada.novak®example.com"],
      ["ada.novakQexample.com", "ada.novakQexample.com"],
      ["ada.novakagmail.com", "ada.novakagmail.com"],
      ["ada.novak @example.com", "ada.novak @example.com"],
      ["ada.novak@ example.com", "ada.novak@ example.com"],
      ["ada.novak @ example.com", "ada.novak @ example.com"],
      ["ada.novak@examplecom", "ada.novak@examplecom"],
      ["ada.novak@example. com", "ada.novak@example. com"],
      ["ada.novak@example,com", "ada.novak@example,com"],
      ["<ada.novak@example.com>,", "<ada.novak@example.com>,"],
      ['{"email":"ada@example.com"}', '{"email":"ada@example.com"}'],
      ["E-Mail: ada_novak.example", "ada_novak.example"],
    ],
  ],
  [
    "name",
    [
      ["Annette Eriksson joined", "Annette Eriksson"],
      ["ask Annette about it", "Annette"],
      ["AnnetteEriksson", "AnnetteEriksson"],
      ["Eriksson, Annette", "Eriksson, Annette"],
      ["Guillermo de la Cruz called", "Guillermo de la Cruz"],
      ["Siobhan M. Fitzgerald's report", "Siobhan M. Fitzgerald's"],
      ["Grace Okonkwo called", "Grace Okonkwo"],
      ["Hi Grace, how are you?", "Grace,"],
      ["Mr. Page will call", "Mr. Page"],
      ["Dr Young", "Dr Young"],
      ["Herr Schreiber kommt", "Herr Schreiber"],
      ["Frau Müller", "Frau Müller"],
      ["Mme Delacroix", "Mme Delacroix"],
      ["Sra. Villanueva", "Sra. Villanueva"],
      ["Patient: Ada Novak", "Ada Novak"],
      ["Name: Xqwzr Brontal", "Xqwzr Brontal"],
      ["Nachname   Kowalczyk", "Kowalczyk"],
      ["Customer   Tobias Haddad", "Tobias Haddad"],
      ["Full name\nKatarzyna Kowalczyk", "Katarzyna Kowalczyk"],
    ],
  ],
  [
    "address",
    [
      ["221B Baker Street, London", "221B Baker Street,"],
      ["1600 Pennsylvania Ave", "1600 Pennsylvania Ave"],
      ["l600 Oakwood Drive", "l600 Oakwood Drive"],
      ["Dayton, OH 45402", "Dayton, OH 45402"],
      ["Hauptstraße 12a", "Hauptstraße 12a"],
      ["HauptstraBe 12", "HauptstraBe 12"],
      ["Berliner Str. 5", "Berliner Str. 5"],
      ["Torstraße 3\n10115 Berlin", "Torstraße 3 10115 Berlin"],
      ["10115 Oberneuland", "10115 Oberneuland"],
      ["D-80331 München", "D-80331 München"],
      ["12 bis, rue de la Paix", "12 bis, rue de la Paix"],
      ["75002 Montpellier", "75002 Montpellier"],
      ["Calle de Alcalá, 45", "Calle de Alcalá, 45"],
      ["C/ Mayor, 3", "C/ Mayor, 3"],
      ["Rua Augusta 120", "Rua Augusta 120"],
      ["1100-053 Lisboa", "1100-053 Lisboa"],
      ["SW1A 2AA", "SW1A 2AA"],
      ["P.O. Box 1234", "P.O. Box 1234"],
      ["Address: 8 Harbor Point", "8 Harbor Point"],
      ["Anschrift   Am Markt 3", "Am Markt 3"],
      ["Morada\nLote 5 Quinta Nova", "Lote 5 Quinta Nova"],
    ],
  ],
  [
    "userName",
    [
      ["Username: anovak77", "anovak77"],
      ["Benutzername   anovak", "anovak"],
    ],
  ],
])("%s", (reason, rows) => {
  test.each(rows)("%s", (text, words) => {
    expect(findIn(text)).toMatchObject({ [reason]: words });
  });
});

const TABLE = `Site         Username           Passw0rd          Changed
GitHub       anette             sunset            today
Figma        marcus             velvet orbit      yesterday
Zoom         priya              harbor            today


The table ends above this line of prose.`;

describe("columns", () => {
  test("the whole column under a sensitive heading is hidden, down to a gap", () => {
    expect(findIn(TABLE)).toMatchObject({ password: "sunset velvet orbit harbor", column: "anette marcus priya" });
  });

  test.each([
    ["Kunde      Telefon      Betrag\nNordlicht      unbekannt      12", "Nordlicht unbekannt"],
    ["Nom        Adresse        Statut\nmartin        inconnue        actif", "martin inconnue"],
    ["Nombre     Dirección      Estado\nalba       desconocida    activo", "alba desconocida"],
    ["Nome       Morada         Estado\nalba       desconhecida   ativo", "alba desconhecida"],
    ["| name | email | phone |\n| alba | none | later |", "alba none later"],
  ])("%s", (text, words) => {
    expect(findIn(text)).toMatchObject({ column: words });
  });

  test("a form's labels are no column", () => {
    const found = findIn("Owner        platform team\nStatus       open\nDue          tomorrow");
    expect(found.column).toBeUndefined();
  });
});
