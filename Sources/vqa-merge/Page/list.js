// The list of pairs: only the rows in view are elements.

const rowHeight = 56;
const list = document.getElementById("list");
const rows = document.getElementById("rows");
const verdictMarks = { accept: "✓", reject: "✗", unsure: "?" };

const pairList = {
  /** The pairs that are shown. */
  shown: [],
  /** The place of the current one among them. */
  current: 0,
  isPlanned: false,

  /** Shows other pairs; the current one stays if it is among them. */
  show(found) {
    const index = this.pair?.index;
    this.shown = found;
    this.current = Math.max(0, found.findIndex((pair) => pair.index === index));
    rows.style.height = `${found.length * rowHeight}px`;
    document.getElementById("none").hidden = found.length > 0;
    this.reveal();
    this.draw();
  },

  get pair() { return this.shown[this.current]; },

  /** Goes to a place as near as there is one; whether it is another one. */
  go(place) {
    const next = Math.min(Math.max(place, 0), this.shown.length - 1);
    if (next < 0 || next === this.current) return false;
    this.current = next;
    this.reveal();
    this.draw();
    return true;
  },

  reveal() {
    const top = this.current * rowHeight;
    if (top < list.scrollTop) list.scrollTop = top;
    const bottom = top + rowHeight - list.clientHeight;
    if (bottom > list.scrollTop) list.scrollTop = bottom;
  },

  plan() {
    if (this.isPlanned) return;
    this.isPlanned = true;
    requestAnimationFrame(() => { this.isPlanned = false; this.draw(); });
  },

  draw() {
    const first = Math.max(0, Math.floor(list.scrollTop / rowHeight) - 4);
    const end = Math.min(
      this.shown.length, Math.ceil((list.scrollTop + list.clientHeight) / rowHeight) + 4);
    const made = [];
    for (let place = first; place < end; place += 1) made.push(this.row(place));
    // What aria-activedescendant names must be there.
    if (this.shown.length > 0 && (this.current < first || this.current >= end)) {
      made.push(this.row(this.current));
    }
    rows.replaceChildren(...made);
    if (this.shown.length > 0) list.setAttribute("aria-activedescendant", `row-${this.current}`);
    else list.removeAttribute("aria-activedescendant");
  },

  row(place) {
    const pair = this.shown[place];
    const verdict = verdicts.mine(pair.index)?.verdict;
    const row = element("div", { className: "row", id: `row-${place}`, role: "option" });
    row.style.top = `${place * rowHeight}px`;
    row.setAttribute("aria-selected", String(place === this.current));
    row.setAttribute("aria-posinset", String(place + 1));
    row.setAttribute("aria-setsize", String(this.shown.length));
    const mark = element("span", {
      className: verdict ?? "", textContent: verdictMarks[verdict] ?? "",
      ariaLabel: verdict === undefined ? "not reviewed" : verdictNames[verdict], role: "img",
    });
    const flags = pair.flags.length === 0 ? "" : ` · ${pair.flags.map(([name]) => flagName(name)).join(", ")}`;
    row.append(
      mark, element("div", {},
        element("div", { textContent: oneLine(pair.question), dir: "auto" }),
        element("div", { className: "second", textContent: oneLine(pair.reference) + flags })));
    row.addEventListener("click", () => { list.focus({ preventScroll: true }); goTo(place); });
    return row;
  },
};
list.addEventListener("scroll", () => pairList.plan(), { passive: true });
addEventListener("resize", () => pairList.plan());
