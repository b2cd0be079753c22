// Words that follow a label without being its value: grammar, buttons, types. A password may be an ordinary word, so
// these lists are short on purpose.

const list = (...rows: readonly string[]): ReadonlySet<string> => new Set(rows.flatMap((row) => row.split(" ")));

export const grammarWords = list(
  "the a an of to at by for in on and or not no must should may can cannot will was were be been has have your you we it",
  "this that these those with from when if then too as use used using only still now also please before after again at",
  "der die das den dem ein eine einen und oder nicht kein muss soll darf kann wird wurde ist sind ihr ihre sie mit von",
  "le la les un une des et ou ne pas doit peut sera est sont votre vous avec pour dans sur el los las una y o no debe puede",
  "es son su con para en os as um uma e ou não deve pode é são seu sua com por",
);

export const interfaceWords = list(
  "show hide copy edit change reset update save cancel forgot forgotten required optional enter new old current confirm",
  "repeat strength strong weak fair good set unset enabled disabled invalid incorrect wrong expired missing empty stored",
  "hashed encrypted protected protection manager managers policy policies policies settings setting field fields input type",
  "generator login sign rotation rotated changed created updated status length minimum hint help learn more verify valid",
  "authentication authorization based never always name value key note notes description undefined null none nil true false",
  "string str boolean bool number int integer text any unknown object varchar char void function async await return",
  "anzeigen verbergen kopieren bearbeiten ändern zurücksetzen aktualisieren vergessen erforderlich eingeben neues bestätigen",
  "afficher masquer copier modifier réinitialiser oublié requis saisir nouveau confirmer mostrar ocultar copiar editar",
  "falsch ungültig abgelaufen richtig korrekt nötig leer incorrecte invalide obligatoire expiré incorrecta inválida vacía",
  "obligatoria obrigatória inválido caducada expirada errada vazia cambiar restablecer olvidó olvidaste obligatorio introduzca nueva confirmar alterar repor esqueceu obrigatório introduza",
);

export const isAside = (word: string): boolean => {
  const folded = word.toLowerCase();
  return grammarWords.has(folded) || interfaceWords.has(folded);
};
