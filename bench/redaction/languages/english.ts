import { type Language, labelsFrom } from "./language.ts";

export const english: Language = {
  code: "eng",
  labels: labelsFrom(
    `Password | User name | E-mail | Phone | Address | Date of birth | Name | Card number | Expires | Security code |
    Code | IBAN | Account number | Notes | Search | Settings | Save | Cancel | Send | Today | Inbox | Sent | Drafts |
    Archive | Customer | Amount | Status | Paid | Open | Salary | Diagnosis | Medication | Patient | Insurance | Token |
    API key | Secret | Project | Meeting | Team | Balance | Transfer | Date | Subject | Recovery code |
    Social security number | Month | Total | Contact | Company | Employee | Member number | Private key`,
  ),
  prose: [
    "We moved the meeting to the large room on the second floor.",
    "Please read the new rules before the end of the week.",
    "The report shows that most people like the short version better.",
    "I will look at the numbers again after lunch and write to you.",
    "Nothing has changed since the last time we talked about it.",
    "The second page needs a better picture and less text.",
    "Can you tell me when the next version will be ready?",
    "All files are in the shared folder, in the order we agreed on.",
    "It was a good idea to ask the whole team for their opinion.",
    "The table at the end lists every change we have made so far.",
    "Let us keep the old design until the first results are known.",
    "There is still some work to do before we can open the door.",
    "The train was late again, so I start a little later today.",
    "Thank you for your help with the questions from yesterday.",
  ],
  carriers: [
    "My new phone number is {phone}, please use that one.",
    "You can write to {email} if you need anything else.",
    "The password for the test server is {password} and it is valid today.",
    "Your code is {otp}. It is valid for ten minutes.",
    "Please send the parcel to {address} before noon.",
    "I talked to {name} about it this morning.",
    "The key for the service is {apiKey}, keep it safe.",
    "We pay to {iban} at the end of the month.",
    "The card {card} was used twice.",
    "Use the token {token} for now.",
    "The doctor wrote {medical} on the form.",
    "Open {credentials} to see the page.",
    "The new phase of {term} starts after the holidays.",
    "The number on the form is {nationalId}, born {birthDate}.",
  ],
  titles:
    "Weekly report|Open questions|Next steps|Travel plans|Design review|New office|Login details|Contract draft|First results|Team lunch|Order list|Change of plan".split(
      "|",
    ),
  given: "Annette Marcus Priya Siobhan Tobias Olumide Katarzyna Devon Ingrid Rashid Beatrice Hiroshi".split(" "),
  family: "Eriksson Okonkwo Ramaswamy Fitzgerald Nakamura Abernathy Thorsen Haddad Montgomery Whitaker".split(" "),
  address: "%s, %c",
  streets: ["#4 Maple Avenue", "1#7 Sycamore Drive", "2#05 Oakwood Lane", "#8 Harbour Street", "3#1 Kingsley Road"],
  cities: ["Dayton, OH 45###", "Tucson, AZ 857##", "Albany, NY 122##", "Fresno, CA 937##", "Leeds LS# #@@"],
  phones: ["(2#5) 6##-####", "+1 4#7 5##-####", "+44 20 7### ####", "07### ######"],
  nationalId: "5##-4#-####",
  date: "M/D/Y",
  iban: { country: "GB", body: "@@@@ #### #### #### ##" },
  medical: [
    "Type 2 diabetes mellitus (E11.9)",
    "Essential hypertension (I10)",
    "Metformin 500 mg",
    "Major depressive disorder (F33.1)",
    "Sertraline 50 mg",
    "Atrial fibrillation (I48.0)",
  ],
  passphraseWords:
    "purple window garden river silver paper bridge morning summer table letter orange mountain kitchen".split(" "),
};
