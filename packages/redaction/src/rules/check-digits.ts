// The check digits of numbers that states give to people. Each takes digits only, letters where the number has them.

/** Germany, tax identification number: 11 digits, ISO 7064 mod 11,10. */
export const isGermanTaxId = (digits: string): boolean => {
  if (!/^[1-9]\d{10}$/.test(digits)) return false;
  let product = 10;
  for (const digit of digits.slice(0, 10)) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === Number(digits[10]);
};

/** France, NIR: sex, year, month, place, order, and a key modulo 97; Corsica writes 2A and 2B. */
export const isFrenchSocialSecurity = (text: string): boolean => {
  if (!/^[12378]\d{2}(?:0[1-9]|1[0-2]|[2-9]\d)(?:\d{2}|2[AB])\d{8}$/i.test(text)) return false;
  const body = text.slice(0, 13).replace(/2A/i, "19").replace(/2B/i, "18");
  return 97n - (BigInt(body) % 97n) === BigInt(text.slice(13));
};

const SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";

/** Spain, DNI and NIE: the number modulo 23 gives the letter. */
export const isSpanishId = (text: string): boolean => {
  const match = /^([XYZ]?)(\d{7,8})([A-Z])$/i.exec(text);
  if (match === null) return false;
  const [, first = "", number = "", letter = ""] = match;
  const prefix = first === "" ? "" : String("XYZ".indexOf(first.toUpperCase()));
  const digits = prefix + number;
  return digits.length === 8 && SPANISH_LETTERS[Number(digits) % 23] === letter.toUpperCase();
};

/** Portugal, NIF: nine digits, weighted modulo 11. */
export const isPortugueseTaxId = (digits: string): boolean => {
  if (!/^[1235689]\d{8}$/.test(digits)) return false;
  const sum = [...digits.slice(0, 8)].reduce((total, digit, at) => total + Number(digit) * (9 - at), 0);
  const check = 11 - (sum % 11);
  return (check > 9 ? 0 : check) === Number(digits[8]);
};
