// Text from the data on the screen: only ever as text nodes, whatever it holds.

/** Characters that are not seen, or that turn the direction of what follows. */
const unseen =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
/** Characters of a text that are shown before somebody asks for the rest. */
const longText = 4000;

function element(name, properties = {}, ...children) {
  const { dataset, ...rest } = properties;
  const made = Object.assign(document.createElement(name), rest);
  Object.assign(made.dataset, dataset);
  made.append(...children);
  return made;
}

/** Appends a text in which what is not seen is spelled out. */
function appendVisible(parent, text) {
  let last = 0;
  for (const match of text.matchAll(unseen)) {
    parent.append(text.slice(last, match.index));
    const code = match[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    parent.append(element("span", { className: "code", textContent: `U+${code}` }));
    last = match.index + match[0].length;
  }
  parent.append(text.slice(last));
}

/** One line of a text, cut, with what is not seen taken out. */
function oneLine(text) {
  return text.slice(0, 200).replace(unseen, "\u00B7").replace(/\s+/g, " ");
}

function escapedPattern(text) { return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"); }

/** A pattern that finds the words of flags in a text; null if there are none. */
function flagPattern(flags) {
  const phrases = [];
  for (const [name, words] of flags) {
    if (about.unmarked.includes(name) || words.length === 0) continue;
    if (words.length > 2) phrases.push(words.join(" "));
    phrases.push(...words.filter((word) => words.length <= 2 || word.includes(" ")));
  }
  if (phrases.length === 0) return null;
  const alternatives = phrases.sort((a, b) => b.length - a.length).map(
    (phrase) => phrase.slice(0, 2000).split(" ").map(escapedPattern).join("[^\\p{L}\\p{N}]+"));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${alternatives.join("|")})(?![\\p{L}\\p{N}])`, "giu");
}

/** Appends a text with the words of its flags marked. */
function appendMarked(parent, text, pattern) {
  let last = 0;
  for (const match of pattern === null ? [] : text.matchAll(pattern)) {
    appendVisible(parent, text.slice(last, match.index));
    const mark = element("mark");
    appendVisible(mark, match[0]);
    parent.append(mark);
    last = match.index + match[0].length;
  }
  appendVisible(parent, text.slice(last));
}

/** An element that shows a text, long ones only in part at first. */
function textElement(name, text, pattern = null) {
  const made = element(name, { className: "text", dir: "auto" });
  appendMarked(made, text.slice(0, longText), pattern);
  if (text.length <= longText) return made;
  const more = element("button", {
    type: "button", textContent: `Show all ${text.length.toLocaleString("en")} characters`,
  });
  more.addEventListener("click", () => {
    more.remove();
    appendMarked(made, text.slice(longText), pattern);
    made.tabIndex = -1;
    made.focus();
  });
  made.append(" … ", more);
  return made;
}
