export const keys = {
  title: "Your keys",
  lead: "Made in this browser, just now. The server gets the public half; it could never read your diary.",
  wordsTitle: "Write these 24 words down",
  wordsLead: "They open your account's keys on any other browser or device. They are shown this once.",
  wordsLabel: "Recovery code, 24 words",
  lossTitle: "If you lose them, nobody can bring them back.",
  lossBody:
    "Not the operator, not us. Without these words and without a browser that still holds your keys, everything sealed to you stays sealed for ever. On paper, in a safe place, is a good idea; a photo in a cloud is not.",
  written: "I have written down all 24 words, in their order.",
  wordsNext: "Next",
  confirmTitle: "Three words, to be sure",
  confirmLead: "Type them from your paper.",
  word: "Word {{number}}",
  wordWrong: "This is not the word at this place.",
  confirm: "Finish",
  back: "Show the words again",
  unlockTitle: "Unlock your diary",
  unlockLead: "You are signed in, but this browser does not hold your keys yet.",
  unlockWords: "Type your 24 words",
  unlockHint: "They stay in this browser. From then on it keeps your keys encrypted and you are not asked again.",
  unlockLabel: "Recovery code",
  unlockCount: "{{count}} of {{total}} words, separated by spaces",
  unlock: "Unlock",
  errors: {
    WORDS_WRONG: {
      title: "These words do not open your account.",
      remedy: "Check the spelling and the order; all 24 words count.",
    },
    BROWSER: {
      title: "This browser could not open or keep your keys.",
      remedy: "Load the page again. A private window, or one without storage, cannot keep keys.",
    },
    NO_BOX: {
      title: "Your account has nothing that a recovery code opens.",
      remedy: "Use a browser or device that still holds your keys.",
    },
    KEYS_DIFFER: {
      title: "The server sent something that is not your account.",
      remedy: "Do not go on. Tell the operator and the other side, by another way than this site.",
    },
  },
} as const;
