import { type Language, labelsFrom } from "./language.ts";

export const french: Language = {
  code: "fra",
  labels: labelsFrom(
    `Mot de passe | Utilisateur | E-mail | Téléphone | Adresse | Date de naissance | Nom | Numéro de carte | Expire |
    Code de sécurité | Code | IBAN | Numéro de compte | Notes | Rechercher | Paramètres | Enregistrer | Annuler |
    Envoyer | Aujourd’hui | Boîte de réception | Envoyés | Brouillons | Archives | Client | Montant | État | Payé |
    Ouvert | Salaire | Diagnostic | Médicament | Patient | Assurance | Jeton | Clé API | Secret | Projet | Réunion |
    Équipe | Solde | Virement | Date | Objet | Code de secours | Numéro de sécurité sociale | Mois | Total | Contact |
    Société | Employé | Numéro de membre | Clé privée`,
  ),
  prose: [
    "Nous avons déplacé la réunion dans la grande salle du deuxième étage.",
    "Merci de lire les nouvelles règles avant la fin de la semaine.",
    "Le rapport montre que la plupart des gens préfèrent la version courte.",
    "Je regarde encore les chiffres après le repas et je vous écris.",
    "Rien n’a changé depuis la dernière fois.",
    "La deuxième page demande une meilleure image et moins de texte.",
    "Pouvez-vous me dire quand la prochaine version sera prête ?",
    "Tous les fichiers sont dans le dossier partagé.",
    "Le tableau à la fin donne la liste de tous les changements.",
    "Il reste encore du travail avant de pouvoir ouvrir les portes.",
    "Le train était encore en retard, je commence un peu plus tard.",
    "Merci pour votre aide avec les questions de hier.",
  ],
  carriers: [
    "Mon nouveau numéro est le {phone}, merci de le noter.",
    "Vous pouvez écrire à {email} pour toute question.",
    "Le mot de passe du serveur est {password} pour la journée.",
    "Votre code est {otp}. Il est valable dix minutes.",
    "Merci de livrer le paquet au {address} avant midi.",
    "J’ai parlé avec {name} ce matin.",
    "La clé du service est {apiKey}.",
    "Nous payons sur le compte {iban} à la fin du mois.",
    "La carte {card} a servi deux fois.",
    "Prenez le jeton {token} pour le moment.",
    "Le médecin a noté {medical} sur la feuille.",
    "La page est visible sur {credentials} depuis ce matin.",
    "La suite de {term} commence après les vacances.",
    "Le numéro est {nationalId}, date de naissance {birthDate}.",
  ],
  titles:
    "Rapport de la semaine|Questions ouvertes|Prochaines étapes|Voyage au nord|Nouveau bureau|Accès au serveur|Contrat|Premiers résultats|Repas de midi|Liste des demandes".split(
      "|",
    ),
  given: "Guillemette Anaïs Théophile Maëlys Gwenaël Solène Édouard Bérengère Loïc Fatoumata".split(" "),
  family: "Delacroix-Petit Lefèbvre Castagnier Bouzidi Kerjean Vaillancourt Desrosiers Hémery Traoré".split(" "),
  address: "%s, %c",
  streets: ["1# rue des Lilas", "#4 avenue Pasteur", "2#7 boulevard Voltaire", "# place du Marché", "3# chemin Vert"],
  cities: ["75011 Paris", "69### Lyon", "44### Nantes", "13### Marseille", "33### Bordeaux"],
  phones: ["06 ## ## ## ##", "+33 1 ## ## ## ##", "07.##.##.##.##"],
  nationalId: "1 8# 05 7# ### ### ##",
  date: "D/M/Y",
  iban: { country: "FR", body: "##### ##### ########### ##" },
  medical: [
    "Diabète de type 2 (E11.9)",
    "Hypertension artérielle (I10)",
    "Metformine 850 mg",
    "Trouble dépressif récurrent (F33.1)",
    "Lévothyrox 75 µg",
  ],
  passphraseWords: "jardin fenêtre pont matin table lettre orange montagne cuisine rivière papier oiseau".split(" "),
};
