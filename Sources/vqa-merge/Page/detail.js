// Beside the picture: its questions, answers and explanations, and what the
// reviewer says of them.

const pairSection = document.getElementById("pairs");
/** Pairs before and after the current one that are shown with it. */
const neighbours = 12;
let shownArticles = new Map();

/** Shows the current pair among those of its picture that the filters leave. */
function showDetail(force = false) {
  const pair = pairList.pair;
  if (pair === undefined) {
    pairSection.replaceChildren();
    shownArticles = new Map();
    return;
  }
  const isOther = !shownArticles.has(pair.index) && shownArticles.size > 0;
  const isNarrow = matchMedia("(max-width: 70rem)").matches;
  if (force || !shownArticles.has(pair.index)) {
    const around = pairList.shown.slice(
      Math.max(0, pairList.current - neighbours), pairList.current + neighbours + 1
    ).filter((other) => other.image === pair.image);
    // Where all is one column the chosen pair comes next to the picture.
    if (isNarrow) around.sort((one, other) => (other === pair) - (one === pair));
    shownArticles = new Map(around.map((other) => [other.index, makeArticle(other)]));
    pairSection.replaceChildren(...shownArticles.values());
    showPicture(images[pair.image]);
  }
  for (const [index, article] of shownArticles) {
    article.classList.toggle("current", index === pair.index);
    article.querySelector(".remarks").hidden = index !== pair.index;
  }
  const article = shownArticles.get(pair.index);
  if (isOther && isNarrow) {
    document.getElementById("picture").scrollIntoView({ block: "start" });
    return;
  }
  const isTall = article.offsetHeight > pairSection.clientHeight;
  article.scrollIntoView({ block: isTall ? "start" : "nearest" });
}

function labelled(label, content) {
  return element("p", {}, element("span", { className: "label", textContent: `${label} ` }), content);
}

function makeArticle(pair) {
  const article = element("article", { dataset: { index: pair.index } });
  const heading = textElement("h2", pair.question);
  heading.id = `question-${pair.index}`;
  article.setAttribute("aria-labelledby", heading.id);
  article.append(heading, labelled("Reference:", textElement("strong", pair.reference)));
  if (pair.flags.length > 0) {
    article.append(element("ul", { className: "flags", ariaLabel: "Flags" }, ...pair.flags.map(
      ([name, words]) => element("li", {
        className: "flag", textContent: oneLine(`${flagName(name)}: ${words.join(" ")}`) }))));
  }
  article.append(textElement("p", pair.answer, flagPattern(pair.flags)));
  if (pair.blind !== null) {
    const agrees = { true: "agrees", false: "disagrees", null: "undecided" }[pair.blind.agrees];
    article.append(labelled(`Without the reference (${agrees}):`, textElement("span", pair.blind.text)));
  }
  article.append(element("p", {
    className: "facts", dir: "auto",
    textContent: [pair.id ?? "no id", pair.split, pair.model].map(oneLine).join(" · ") }));
  article.append(verdictButtons(pair), remarks(pair), element("p", { className: "facts others" }));
  article.addEventListener("focusin", () => goToPair(pair));
  article.addEventListener("click", () => goToPair(pair));
  refreshArticle(pair.index, article);
  return article;
}

function verdictButtons(pair) {
  const group = element("div", { className: "tools verdicts", role: "group", ariaLabel: "Verdict" });
  Object.entries(verdictNames).forEach(([verdict, name], place) => {
    const button = element("button", {
      type: "button", className: verdict, textContent: `${name} (${place + 1})`, dataset: { verdict } });
    button.addEventListener("click", () => judge(pair, verdict));
    group.append(button);
  });
  return group;
}

function remarks(pair) {
  const fieldset = element("fieldset", {}, element("legend", { textContent: "Reasons" }));
  for (const reason of reasonNames) {
    const box = element("input", { type: "checkbox", value: reason });
    box.addEventListener("change", () => remark(pair, "reject"));
    fieldset.append(element("label", {}, box, reason));
  }
  const note = element("textarea", { maxLength: 4000, ariaLabel: "Note" });
  note.setAttribute("aria-keyshortcuts", "e");
  note.placeholder = "Note (e)";
  note.addEventListener("change", () => remark(pair, "unsure"));
  return element("div", { className: "remarks", hidden: true }, fieldset, note);
}

/** Takes reasons and note in; `verdict` if none has been given. */
function remark(pair, verdict) {
  const article = shownArticles.get(pair.index);
  const reasons = [...article.querySelectorAll(".remarks input:checked")].map((box) => box.value);
  // Reasons of an imported verdict that have no box stay.
  const foreign = (verdicts.mine(pair.index)?.reasons ?? []).filter((reason) => !reasonNames.includes(reason));
  setVerdict(pair, {
    verdict: verdicts.mine(pair.index)?.verdict ?? verdict, reasons: [...reasons, ...foreign],
    note: article.querySelector("textarea").value,
  });
}

/** Brings an article up to date with what reviewers say. */
function refreshArticle(index, article = shownArticles.get(index)) {
  if (article === undefined) return;
  const mine = verdicts.mine(index);
  for (const button of article.querySelectorAll("[data-verdict]")) {
    button.setAttribute("aria-pressed", String(button.dataset.verdict === mine?.verdict));
  }
  for (const box of article.querySelectorAll(".remarks input")) {
    box.checked = mine?.reasons.includes(box.value) ?? false;
  }
  article.querySelector("textarea").value = mine?.note ?? "";
  const others = verdicts.others(index).map(
    ([reviewer, entry]) => `${reviewer || "no name"}: ${verdictNames[entry.verdict]}`
      + ([...entry.reasons, entry.note].filter((text) => text !== "").map((text) => `, ${text}`).join("")));
  const line = article.querySelector(".others");
  line.hidden = others.length === 0;
  line.textContent = others.map(oneLine).join(" · ");
}
