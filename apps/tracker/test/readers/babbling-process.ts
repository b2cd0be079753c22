// A reader that answers with something else than an answer.
process.stdout.write("42\n", () => process.exit(0));
