// People, places and sentences of the frozen set alone, so that nothing of what it shows can be learned elsewhere.
import type { Language } from "../languages/index.ts";

type Words = Pick<Language, "given" | "family" | "streets" | "prose" | "carriers" | "titles">;

const english: Words = {
  given: "Philippa Desmond Aoife Kwame Rosalind Tariq Gwendolyn Leopold".split(" "),
  family: "Pemberton Achebe Lindqvist McAllister Venkatesan Oyelaran Hargreaves Sokolov".split(" "),
  streets: ["#2 Juniper Court", "4## Wellington Road", "#5 Larkspur Lane", "7#1 Chestnut Boulevard"],
  prose: [
    "The water in the kitchen is cold again, someone should call the house.",
    "Both groups finished early and went home before dark.",
    "If the weather stays dry, we will paint the fence on Saturday.",
    "She asked three simple questions and nobody knew the answer.",
    "Our neighbours bought a small boat and want to sell their car.",
    "Every child received a book and a piece of cake.",
    "The price went up twice this year, which surprised us all.",
    "Keep the window closed while the machine is running.",
  ],
  carriers: [
    "Ring me at {phone} when you arrive.",
    "Forward it to {email} and to {name}.",
    "I changed the login to {password} last night.",
    "Type {otp} on the next screen.",
    "They moved to {address} in spring.",
    "He was born on {birthDate} and takes {medical}.",
    "Put {apiKey} into the file and start again.",
    "The money went to {iban} on Monday.",
    "Nobody outside may hear about {term} yet.",
    "I paid with {card} at the desk.",
    "It only works with {token} in the header.",
    "Just paste {credentials} into the box.",
  ],
  titles: "Garden party|Second draft|Holiday list|Broken machine|Photo album|Spring sale|Reading group|Lost keys".split(
    "|",
  ),
};

const german: Words = {
  given: "Friederike Heiner Ulrike Mehmet Roswitha Detlef Aylin Gerlinde".split(" "),
  family: "Hagedorn Schlüter Kröger-Lenz Yıldırım Nußbaumer Pfeiffer Strothmann".split(" "),
  streets: ["Kastanienallee #1", "Am Alten Hafen #", "Goethestraße 1#", "Birkenweg #7"],
  prose: [
    "Das Wasser in der Küche ist schon wieder kalt, jemand sollte anrufen.",
    "Beide Gruppen waren früh fertig und gingen vor dem Abend nach Hause.",
    "Wenn es trocken bleibt, streichen wir am Samstag den Zaun.",
    "Sie stellte drei einfache Fragen, und niemand wusste die Antwort.",
    "Unsere Nachbarn haben ein kleines Boot gekauft.",
    "Jedes Kind bekam ein Buch und ein Stück Kuchen.",
    "Der Preis ist in diesem Jahr zweimal gestiegen.",
  ],
  carriers: [
    "Ruf mich unter {phone} an, wenn du da bist.",
    "Bitte an {email} und an {name} weitergeben.",
    "Seit gestern Abend lautet der Zugang {password} für alle.",
    "Gib auf der nächsten Seite {otp} ein.",
    "Sie sind im Frühling nach {address} gezogen.",
    "Er ist am {birthDate} geboren und nimmt {medical} ein.",
    "Schreib {apiKey} in die Datei und starte neu.",
    "Das Geld ging am Montag an {iban} heraus.",
    "Von {term} darf noch niemand etwas hören.",
    "Ich habe mit {card} bezahlt.",
    "Es geht nur mit {token} im Kopf der Anfrage.",
  ],
  titles:
    "Fest im Garten|Zweiter Entwurf|Urlaub|Kaputte Maschine|Bilder vom Sommer|Alte Bücher|Verlorene Schlüssel".split(
      "|",
    ),
};

const french: Words = {
  given: "Clémence Aurélien Séverine Mamadou Ghislaine Thibault Éloïse".split(" "),
  family: "Montreuil Beauchêne Kervella Diallo Rochambeau Chastain Gauthier-Roy".split(" "),
  streets: ["#2 rue de la Gare", "1# allée des Cerisiers", "# quai Saint-Michel"],
  prose: [
    "L’eau de la cuisine est encore froide, quelqu’un devrait appeler.",
    "Les deux groupes ont fini tôt et sont rentrés avant la nuit.",
    "Si le temps reste sec, nous allons peindre la porte samedi.",
    "Elle a posé trois questions simples et personne ne savait répondre.",
    "Nos voisins ont acheté un petit bateau.",
    "Chaque enfant a reçu un livre et un morceau de gâteau.",
    "Le prix a monté deux fois cette année.",
  ],
  carriers: [
    "Appelez le {phone} en arrivant.",
    "À envoyer à {email} et à {name} aussi.",
    "Depuis hier soir il faut entrer {password} pour passer.",
    "Tapez {otp} sur la page suivante.",
    "Ils habitent au {address} depuis le printemps.",
    "Il est né le {birthDate} et prend {medical} le matin.",
    "Mettez {apiKey} dans le fichier.",
    "L’argent est parti vers {iban} lundi.",
    "Personne ne doit connaître {term} pour le moment.",
    "J’ai payé avec la {card} sur place.",
    "Cela marche seulement avec {token} devant.",
  ],
  titles: "Fête au jardin|Deuxième version|Vacances|Machine en panne|Photos de famille|Vieux livres|Clés perdues".split(
    "|",
  ),
};

const spanish: Words = {
  given: "Remedios Ignacio Aitana Wilmer Rocío Facundo Yolanda".split(" "),
  family: "Ybarra Salvatierra Domínguez-Paz Etxeberria Carrasquilla Monteagudo".split(" "),
  streets: ["Calle de la Paz #1", "Paseo de Gracia 1##", "Ronda de Toledo #"],
  prose: [
    "El agua de la cocina está fría otra vez, alguien tiene que llamar.",
    "Los dos grupos terminaron pronto y volvieron a casa antes de la noche.",
    "Si no llueve, vamos a pintar la puerta el sábado.",
    "Ella hizo tres preguntas sencillas y nadie sabía la respuesta.",
    "Nuestros vecinos han comprado un barco pequeño.",
    "Cada niño recibió un libro y un trozo de pan.",
    "El precio ha subido dos veces este año.",
  ],
  carriers: [
    "Llama al {phone} cuando llegues.",
    "Manda esto a {email} y también a {name} hoy.",
    "Desde anoche se entra con {password} en la casa.",
    "Escribe {otp} en la siguiente página.",
    "Viven en {address} desde la primavera.",
    "Nació el {birthDate} y toma {medical} por la noche.",
    "Pon {apiKey} en el archivo y empieza de nuevo.",
    "El dinero salió hacia {iban} el lunes.",
    "Nadie de fuera puede saber nada de {term} todavía.",
    "Pagué con la {card} en la mesa.",
    "Solo funciona con {token} delante.",
  ],
  titles:
    "Fiesta en el jardín|Segunda versión|Vacaciones|Máquina rota|Fotos de familia|Libros viejos|Llaves perdidas".split(
      "|",
    ),
};

const portuguese: Words = {
  given: "Graça Leandro Benedita Rúben Aparecida Joaquina Tomé".split(" "),
  family: "Castelo-Branco Nogueira Pimentel Saraiva Lacerda Queirós".split(" "),
  streets: ["Rua do Ouro #2", "Avenida da República 1##", "Praça da Alegria #"],
  prose: [
    "A água da cozinha está fria outra vez, alguém devia ligar.",
    "Os dois grupos acabaram cedo e foram para casa antes da noite.",
    "Se o tempo ficar seco, vamos pintar a porta no sábado.",
    "Ela fez três perguntas simples e ninguém sabia a resposta.",
    "Os nossos vizinhos compraram um barco pequeno.",
    "Cada criança recebeu um livro e um pedaço de pão.",
    "O preço subiu duas vezes este ano.",
  ],
  carriers: [
    "Ligue para {phone} quando chegar.",
    "Mande isto para {email} e para {name} hoje.",
    "Desde ontem a entrada faz-se com {password} em casa.",
    "Escreva {otp} na página seguinte.",
    "Vivem em {address} desde a primavera.",
    "Nasceu em {birthDate} e toma {medical} de manhã.",
    "Ponha {apiKey} no ficheiro e comece de novo.",
    "O dinheiro saiu para {iban} na segunda.",
    "Ninguém de fora pode saber de {term} por agora.",
    "Paguei com o {card} na mesa.",
    "Só funciona com {token} à frente.",
  ],
  titles: "Festa no jardim|Segunda versão|Férias|Máquina partida|Fotos da família|Livros velhos|Chaves perdidas".split(
    "|",
  ),
};

export const frozenWords: Readonly<Record<Language["code"], Words>> = {
  ...{ eng: english, deu: german, fra: french, spa: spanish, por: portuguese },
};
