/* Asks the form's own script in Node, a line of JSON a question: {"ask", "form", "given" …} -> {"said"} or {"refused"}. */
"use strict";

const path = require("path");
const { visible, holds, wrong, progress, print, read, undecided } = require(path.resolve(__dirname, "../../../attest/theme/assets/questionnaire.js"));
const map = (given) => new Map(Object.entries(given || {}).map(([id, answer]) => [id, typeof answer === "object" && !Array.isArray(answer) ? answer : { value: answer }]));
const items = (form) => form.sections.flatMap((section) => section.items);

const ASKS = {
  visible: ({ form, given }) => [...visible(form, map(given))],
  holds: ({ form, given, condition }) => holds(condition, form, map(given)),
  progress: ({ form, given }) => progress(form, map(given)),
  undecided: ({ form, given }) => [...undecided(form, map(given), visible(form, map(given)))],
  wrong: ({ form, given }) => Object.fromEntries(items(form).map((item) => [item.id, wrong(item, map(given).get(item.id))])),
  print: ({ form, given, by, now }) => print(form, { by, given: map(given) }, now),
  read: ({ form, text }) => { const { draft, said } = read(form, text); return { by: draft.by, given: Object.fromEntries(draft.given), said }; },
};

require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const asked = JSON.parse(line);
  let answer;
  try { answer = { said: ASKS[asked.ask](asked) }; } catch (error) { answer = { refused: error.message }; }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
