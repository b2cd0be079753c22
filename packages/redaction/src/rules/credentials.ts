// Credentials on their way: in addresses of the web and of databases, and in command lines.
import type { Finding } from "../finding.ts";
import { cutText, foldCase } from "../fold.ts";
import type { Segment } from "../lines.ts";
import type { Word } from "../word.ts";
import type { Rule } from "./rule.ts";
import { isMixed, secretRun } from "./secret-values.ts";
import { isPlain, strip } from "./tokens.ts";
import type { Vocabulary } from "./vocabulary.ts";

export const findCredentials: Rule = ({ places }, vocabulary) =>
  places.flatMap(({ segment }) =>
    [...addressesIn(segment), ...headersIn(segment, vocabulary), ...optionsIn(segment, vocabulary)]
      .filter((words) => words.length > 0)
      .map((words): Finding => ({ words, reason: "credentials" })),
  );

type Runs = readonly (readonly Word[])[];

const SCHEME = /[a-z][a-z0-9+.-]{1,20}[:;]\/{1,2}/i;
const QUERY =
  /[?&;](?:[a-z0-9]{1,12}[_-]?)?(?:token|key|secret|password|passwd|pwd|pass|sig|signature|auth|session|sid|code|ticket|credential|jwt)=[^&\s]{4,}/i;

const addressesIn = ({ words }: Segment): Runs =>
  words.map((word, at) => {
    const text = cutText(word.text);
    if (QUERY.test(text)) return [word];
    const scheme = SCHEME.exec(text);
    if (scheme === null) return [];
    const authority = text.slice(scheme.index + scheme[0].length).split(/[/?#]/)[0] ?? "";
    if (hasUserInfo(authority)) return [word];
    // A space inside the password: the host follows in the next word or the one after.
    const rest = words.slice(at + 1, at + 3);
    const host = rest.findIndex((next) => /^[^/\s]{0,40}[@©®]/.test(next.text));
    return /:[^/]{0,40}$/.test(authority) && host >= 0 ? [word, ...rest.slice(0, host + 1)] : [];
  });

const hasUserInfo = (authority: string): boolean => {
  const at = authority.search(/[@©®]/);
  if (at > 0) return /[^@]/.test(authority.slice(0, at));
  // The @ may be lost, but a port is digits and an IPv6 address stands in brackets.
  const colon = authority.indexOf(":");
  return (
    colon > 0 &&
    !authority.startsWith("[") &&
    !/^[\dOoIlSB${]{1,5}(?:\D|$)/.test(authority.slice(colon + 1)) &&
    authority.length - colon > 4
  );
};

const headersIn = ({ words }: Segment, vocabulary: Vocabulary): Runs =>
  words.map((word, at) => {
    if (!/^["'`(]?(?:bearer|basic|beare[rn]|digest|apikey|token)[:,]?$/i.test(word.text)) return [];
    const next = words[at + 1];
    if (next === undefined) return [];
    const isHeader = /auth|header|bearer/i.test(
      foldCase(
        words
          .slice(Math.max(0, at - 2), at + 1)
          .map((each) => each.text)
          .join(" "),
      ),
    );
    if (!isHeader || next.text.length < 6 || /^[$<{]/.test(next.text) || isPlain(next.text, vocabulary)) return [];
    return secretRun(toPieces(words.slice(at + 1, at + 9)), vocabulary);
  });

const optionsIn = ({ words }: Segment, vocabulary: Vocabulary): Runs =>
  words.map((word, at) => {
    const next = words[at + 1];
    const option = word.text.replace(/^[–—]/, "--");
    if (/^--?(?:user|u)$/.test(option)) return next !== undefined && isUserAndPassword(next.text) ? [next] : [];
    if (LONG_OPTION.test(option)) return optionValue(word, next);
    if (/^-p$/i.test(option)) return next !== undefined && hasCommand(words, at, /^sshpass$/i) ? [next] : [];
    return isShortPassword(option, vocabulary, () => hasCommand(words, at, CLIENTS)) ? [word] : [];
  });

const LONG_OPTION =
  /^--?(?:[a-z0-9]{1,16}-){0,2}(?:password|passw0rd|passwd|passphrase|pass|pwd|token|t0ken|secret|api-?key|access-?key|secret-?key|auth-?key|credentials?)(?:=|$)/i;
const CLIENTS =
  /^(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|sshpass|mongo|mongosh|7z|zip|unrar|htpasswd|smbclient)$/i;

const optionValue = (word: Word, next: Word | undefined): readonly Word[] => {
  if (word.text.includes("="))
    return word.text.split("=").slice(1).join("=").length > 2 && !/=[<"']?[$<]/.test(word.text) ? [word] : [];
  return next === undefined || /^[-–—<$[|&>]/.test(next.text) || /^[A-Z_]+$/.test(next.text) ? [] : [next];
};

const isUserAndPassword = (text: string): boolean =>
  /^["']?[^\s:$/]{1,64}:[^\s:/]{2,}/.test(text) && !/^["']?\d+:\d+$/.test(text);

const hasCommand = (words: readonly Word[], before: number, pattern: RegExp): boolean =>
  words.slice(Math.max(0, before - 12), before).some((word) => pattern.test(strip(word.text)));

/** `-pS3cret`, as MySQL wants it. `-p8080:80` and `-print` are something else. */
const isShortPassword = (option: string, vocabulary: Vocabulary, hasClient: () => boolean): boolean => {
  const value = /^-p([^\s]{3,64})$/.exec(option)?.[1];
  if (value === undefined || /^[\d.:/]+(?:tcp|udp)?$/.test(value)) return false;
  return hasClient() || (value.length >= 5 && isMixed(value, vocabulary) && !/^[a-z]+[=/:]/i.test(value));
};

const toPieces = (words: readonly Word[]) => words.map((word) => ({ word, text: word.text }));
