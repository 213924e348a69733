// What the keys and the controls do.

const byId = (id) => document.getElementById(id);
const keyNames = {
  j: "next pair", k: "previous pair", n: "next picture", p: "previous picture",
  1: "accept; again: take it back", 2: "reject", 3: "unsure", e: "write a note (Esc ends it)",
  "/": "search", u: "undo", z: "enlarge the picture", "?": "this help",
};

function announce(text) { byId("status").textContent = text; }

function describeCurrent() {
  const pair = pairList.pair;
  if (pair === undefined) return "";
  const verdict = verdicts.mine(pair.index)?.verdict;
  const flags = pair.flags.map(([name]) => flagName(name));
  return [
    `${pairList.current + 1} of ${pairList.shown.length}`, oneLine(pair.question),
    `reference: ${oneLine(pair.reference)}`, ...flags, verdict === undefined ? "not reviewed" : verdictNames[verdict],
  ].join(". ");
}

function goTo(place) {
  if (!pairList.go(place)) return;
  showDetail();
  announce(describeCurrent());
}

function goToPair(pair) { goTo(pairList.shown.indexOf(pair)); }

/** Goes to the first shown pair of the next picture, or of the one before. */
function goToPicture(step) {
  const { shown, current } = pairList;
  if (shown.length === 0) return;
  let place = current;
  const same = (other) => shown[other]?.image === shown[place].image;
  if (step > 0) {
    let next = current;
    while (next < shown.length && same(next)) next += 1;
    if (next < shown.length) goTo(next);
    return;
  }
  while (place > 0 && same(place - 1)) place -= 1;
  if (place > 0) place -= 1;
  while (place > 0 && same(place - 1)) place -= 1;
  goTo(place);
}

function setVerdict(pair, entry) {
  verdicts.set(pair.index, { ...entry, time: new Date().toISOString().replace(/\.\d+Z$/, "Z") });
}

/** Sets a verdict; the same once more takes it back. */
function judge(pair, verdict) {
  const mine = verdicts.mine(pair.index);
  if (mine?.verdict === verdict) {
    verdicts.set(pair.index, null);
    announce("taken back");
    return;
  }
  setVerdict(pair, { verdict, reasons: mine?.reasons ?? [], note: mine?.note ?? "" });
  announce(verdictNames[verdict]);
  if (verdict === "accept" && byId("advance").checked) goTo(pairList.current + 1);
}

const keyActions = {
  j: () => goTo(pairList.current + 1),
  k: () => goTo(pairList.current - 1),
  n: () => goToPicture(1),
  p: () => goToPicture(-1),
  e: () => shownArticles.get(pairList.pair?.index)?.querySelector("textarea").focus(),
  "/": () => { byId("filters").open = true; controls.text.focus(); },
  u: () => {
    const index = verdicts.undo();
    if (index !== null) { goToPair(pairs[index]); announce(`undone. ${describeCurrent()}`); }
  },
  z: nextZoom,
  "?": () => byId("help").showModal(),
};
Object.keys(verdictNames).forEach((verdict, place) => {
  keyActions[place + 1] = () => { if (pairList.pair !== undefined) judge(pairList.pair, verdict); };
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
  const isField = event.target.matches("textarea, select, input:not([type=checkbox], [type=range])");
  if (event.key === "Escape" && isField) { event.target.blur(); list.focus(); }
  if (isField || !byId("shortcuts").checked) return;
  const action = keyActions[event.key];
  if (action === undefined) return;
  event.preventDefault();
  action();
});

list.addEventListener("keydown", (event) => {
  const page = Math.max(1, Math.floor(list.clientHeight / rowHeight) - 1);
  const place = {
    ArrowDown: pairList.current + 1, ArrowUp: pairList.current - 1, Home: 0, End: Infinity,
    PageDown: pairList.current + page, PageUp: pairList.current - page,
  }[event.key];
  if (place === undefined) return;
  event.preventDefault();
  goTo(place);
});

function applyFilters() {
  const found = filtered();
  pairList.show(found);
  showDetail(true);
  byId("filter-count").textContent = found.length === pairs.length
    ? "" : `(${found.length.toLocaleString("en")} of ${pairs.length.toLocaleString("en")} shown)`;
  announce(`${found.length} shown`);
}

function showProgress() {
  let reviewed = 0;
  for (const known of verdicts.all.values()) if (known.has(verdicts.reviewer)) reviewed += 1;
  byId("progress").textContent =
    `${reviewed.toLocaleString("en")} of ${pairs.length.toLocaleString("en")} reviewed`;
  byId("warning").hidden = verdicts.failed === null;
  byId("warning").textContent = verdicts.failed ?? "";
}

verdicts.listeners.push((index) => {
  showProgress();
  pairList.plan();
  for (const shown of index === null ? shownArticles.keys() : [index]) refreshArticle(shown);
});

function exportVerdicts() {
  const link = element("a", {
    href: URL.createObjectURL(new Blob([verdicts.exported()], { type: "application/jsonl" })),
    download: `verdicts-${verdicts.reviewer.replace(/[^\p{L}\p{N}]+/gu, "-") || "anonymous"}-${about.digest.slice(0, 8)}.jsonl`,
  });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

async function importVerdicts(files) {
  const sum = { taken: 0, foreign: 0, damaged: 0 };
  for (const file of files) {
    const counts = verdicts.imported(await file.text());
    for (const name of Object.keys(sum)) sum[name] += counts[name];
  }
  const rest = sum.foreign + sum.damaged === 0
    ? "" : `; left out: ${sum.foreign} of other answers, ${sum.damaged} that are no verdicts`;
  byId("warning").hidden = false;
  byId("warning").textContent = `${sum.taken} verdicts imported${rest}`;
}

byId("title").textContent = about.title;
byId("help-keys").append(...Object.entries(keyNames).flatMap(
  ([key, text]) => [element("dt", { textContent: key }), element("dd", { textContent: text })]));
byId("show-help").addEventListener("click", keyActions["?"]);
byId("export").addEventListener("click", exportVerdicts);
byId("import").addEventListener("click", () => byId("import-file").click());
byId("import-file").addEventListener("change", async (event) => {
  await importVerdicts(event.target.files);
  event.target.value = "";
});
byId("reviewer").addEventListener("change", (event) => verdicts.rename(event.target.value.trim()));
addEventListener("resize", () => showDetail());
let pendingFilter = 0;
byId("filters").querySelector("form").addEventListener("input", () => {
  clearTimeout(pendingFilter);
  pendingFilter = setTimeout(applyFilters, 120);
});
byId("filters").querySelector("form").addEventListener("reset", () => setTimeout(applyFilters));
byId("filters").querySelector("form").addEventListener("submit", (event) => event.preventDefault());
byId("filters").open = matchMedia("(min-width: 45rem)").matches;

verdicts.load();
byId("reviewer").value = verdicts.reviewer;
fillFilters();
applyFilters();
showProgress();
