// How dates are written, digits misread included. Which date is a date of birth is for others to say.

const DIGIT = "[0-9OolISB|]";
const MONTHS =
  "jan(?:uary|uar|vier|eiro)?|enero|janv|feb(?:ruary|ruar|rero)?|f[eé]v(?:rier|ereiro)?|fevereiro|mar(?:ch|s|zo|ço)?|m[äa]rz|apr(?:il)?|avr(?:il)?|abr(?:il)?|" +
  "may|mai|mayo|maio|june?|juni|juin|junio|junho|july?|juli|juil(?:let)?|julio|julho|aug(?:ust)?|ao[uû]t|ago(?:sto)?|sept?(?:ember|embre|iembre|tembro)?|" +
  "setembro|set|o[ck]t(?:ober|obre|ubre)?|out(?:ubro)?|nov(?:ember|embre|iembre|embro)?|de[czs](?:ember|iembre|embro)?|d[ée]c(?:embre)?|dic(?:iembre)?|dez(?:embro)?";
export const WEEKDAY_PATTERN =
  /^(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|lunes|martes|mi[eé]rcoles|jueves|viernes|s[áa]bado|domingo|(?:segunda|ter[çc]a|quarta|quinta|sexta)(?:-feira)?)$/iu;
export const MONTH_PATTERN = new RegExp(`^(?:${MONTHS})$`, "iu");
const YEAR = `(?:[12lI|]${DIGIT}{3}|'?${DIGIT}{2})`;
const DAY = `${DIGIT}{1,2}(?:st|nd|rd|th|er|º|\\.)?`;
const JOINT = "(?: ?[-–/.,] ?| )";

const SHAPES = [
  `[12lI|]${DIGIT}{3}${JOINT}${DIGIT}{1,2}${JOINT}${DIGIT}{1,2}`,
  `${DIGIT}{1,2}${JOINT}${DIGIT}{1,2}${JOINT}${YEAR}`,
  `${DAY}[ .-]{0,2}(?:de )?(?:${MONTHS})\\.?,?[ -]?(?:de )?${YEAR}`,
  `(?:${MONTHS})\\.? ?${DAY},? ?${YEAR}`,
];

/** Global and bounded, for `matchWords`. */
export const DATE_PATTERN = new RegExp(`(?<![\\p{L}\\p{N}])(?:${SHAPES.join("|")})(?![\\p{L}\\p{N}])`, "giu");
