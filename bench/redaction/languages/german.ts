import { type Language, labelsFrom } from "./language.ts";

export const german: Language = {
  code: "deu",
  labels: labelsFrom(
    `Passwort | Benutzername | E-Mail | Telefon | Anschrift | Geburtsdatum | Name | Kartennummer | Gültig bis |
    Prüfnummer | Code | IBAN | Kontonummer | Notizen | Suchen | Einstellungen | Speichern | Abbrechen | Senden | Heute |
    Posteingang | Gesendet | Entwürfe | Archiv | Kunde | Betrag | Status | Bezahlt | Offen | Gehalt | Diagnose |
    Medikament | Patient | Versicherung | Token | API-Schlüssel | Geheimnis | Projekt | Besprechung | Team | Kontostand |
    Überweisung | Datum | Betreff | Wiederherstellungscode | Steuernummer | Monat | Summe | Kontakt | Firma |
    Mitarbeiter | Mitgliedsnummer | Privater Schlüssel`,
  ),
  prose: [
    "Wir haben die Besprechung in den großen Raum im zweiten Stock verlegt.",
    "Bitte lesen Sie die neuen Regeln bis zum Ende der Woche.",
    "Der Bericht zeigt, dass die meisten Leute die kurze Fassung besser finden.",
    "Ich sehe mir die Zahlen nach dem Essen noch einmal an und schreibe dir.",
    "Seit dem letzten Gespräch hat sich nichts geändert.",
    "Die zweite Seite braucht ein besseres Bild und weniger Text.",
    "Kannst du mir sagen, wann die nächste Fassung fertig ist?",
    "Es war eine gute Idee, alle nach ihrer Meinung zu fragen.",
    "Am Ende steht eine Liste mit allen Änderungen.",
    "Es gibt noch viel zu tun, bevor wir die Türen öffnen können.",
    "Der Zug war wieder zu spät, ich fange heute etwas später an.",
    "Vielen Dank für die Hilfe mit den Fragen von gestern.",
  ],
  carriers: [
    "Meine neue Telefonnummer ist {phone}, bitte nur noch diese nehmen.",
    "Schreiben Sie an {email}, wenn noch etwas fehlt.",
    "Das Passwort für den Server ist {password} und gilt heute.",
    "Der Code ist {otp}. Er gilt zehn Minuten.",
    "Bitte das Paket an {address} schicken.",
    "Ich habe heute mit {name} darüber gesprochen.",
    "Der Schlüssel für den Dienst ist {apiKey}.",
    "Wir zahlen am Ende des Monats an {iban}.",
    "Die Karte {card} wurde zweimal benutzt.",
    "Nimm bis morgen den Token {token}.",
    "Der Arzt hat {medical} aufgeschrieben.",
    "Unter {credentials} ist die Seite zu sehen.",
    "Nach den Ferien geht {term} weiter.",
    "Auf dem Blatt steht {nationalId}, geboren am {birthDate}.",
  ],
  titles:
    "Bericht der Woche|Offene Fragen|Nächste Schritte|Reise nach Norden|Neues Büro|Zugang zum Server|Vertrag|Erste Ergebnisse|Mittagessen|Liste der Wünsche".split(
      "|",
    ),
  given: "Jürgen Wiebke Lieselotte Björn Käthe Henrike Torsten Anneliese Gernot Sieglinde".split(" "),
  family: "Schreiber-Voß Müllerschön Kleinschmidt Öztürk Wagenknecht Böttcher Rautenberg Hölzl Jankowski".split(" "),
  address: "%s, %c",
  streets: ["Lindenstraße #4", "Am Mühlenbach 1#", "Schillerweg 2#", "Rosengasse #", "Bahnhofstraße 1#3"],
  cities: ["10### Berlin", "80### München", "50### Köln", "24### Kiel", "01### Dresden"],
  phones: ["+49 30 ### ####", "0171 #######", "+49 (0)89 ######", "0221/## ## ##"],
  nationalId: "6# ### ### ###",
  date: "D.M.Y",
  iban: { country: "DE", body: "#### #### #### #### ##" },
  medical: [
    "Diabetes mellitus Typ 2 (E11.9)",
    "Arterielle Hypertonie (I10)",
    "Ramipril 5 mg",
    "Rezidivierende depressive Störung (F33.1)",
    "Pantoprazol 40 mg",
  ],
  passphraseWords: "Garten Fenster Brücke Sommer Tisch Brief Orange Wasser Küche Morgen Vogel Straße".split(" "),
};
