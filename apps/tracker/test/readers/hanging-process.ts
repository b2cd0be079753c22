// A reader that never answers.
setInterval(() => {}, 1_000);
