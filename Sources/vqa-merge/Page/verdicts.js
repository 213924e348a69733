// What reviewers say, kept in the browser's storage under the digest of the
// data, each verdict under a key of its own.

const verdictNames = { accept: "Accept", reject: "Reject", unsure: "Unsure" };
const reasonNames = [
  "contradicts the reference", "not in the picture", "wrong side", "wrong number or level",
  "mentions the given answer", "hedges", "unclear or repetitive", "reference is wrong",
];
const prefix = `vqa-merge:${about.digest}:`;

/** Milliseconds since 1970; a time without an offset is UTC, 0 is none. */
function instant(time) {
  const text = String(time ?? "");
  return Date.parse(/(z|[+-]\d\d:?\d\d)$/i.test(text.slice(19)) ? text : text + "Z") || 0;
}

const verdicts = {
  /** By the index of the pair, then by reviewer. */
  all: new Map(),
  undoable: [],
  reviewer: "",
  failed: null,
  listeners: [],

  load() {
    try {
      this.reviewer = localStorage.getItem("vqa-merge:reviewer") ?? "";
      for (let place = 0; place < localStorage.length; place += 1) {
        const key = localStorage.key(place);
        if (key.startsWith(prefix)) this.read(key, localStorage.getItem(key));
      }
    } catch (error) {
      this.fail(error);
    }
    addEventListener("storage", (event) => {
      if (event.key?.startsWith(prefix)) this.changed(this.read(event.key, event.newValue));
    });
  },

  /** Takes an entry of the storage in; the index of its pair. */
  read(key, value) {
    const [index, reviewer] = JSON.parse(key.slice(prefix.length));
    this.put(index, reviewer, value === null ? null : JSON.parse(value));
    return index;
  },

  put(index, reviewer, entry) {
    const known = this.all.get(index) ?? new Map();
    if (entry === null) known.delete(reviewer);
    else known.set(reviewer, entry);
    if (known.size === 0) this.all.delete(index);
    else this.all.set(index, known);
  },

  /** What the reviewer says of a pair; undefined if nothing. */
  mine(index) { return this.all.get(index)?.get(this.reviewer); },

  others(index) {
    return [...this.all.get(index) ?? []].filter(([reviewer]) => reviewer !== this.reviewer);
  },

  store(index, reviewer, entry) {
    this.put(index, reviewer, entry);
    const key = prefix + JSON.stringify([index, reviewer]);
    try {
      if (entry === null) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(entry));
    } catch (error) {
      this.fail(error);
    }
  },

  /** Sets what the reviewer says of a pair; null takes it back. */
  set(index, entry) {
    this.undoable.push([index, this.reviewer, this.mine(index) ?? null]);
    this.store(index, this.reviewer, entry);
    this.changed(index);
  },

  /** Takes the last change back; the index of its pair, null if there is none. */
  undo() {
    const last = this.undoable.pop();
    if (last === undefined) return null;
    this.store(...last);
    this.changed(last[0]);
    return last[0];
  },

  /** From now on another one judges; what nobody has put a name to is theirs. */
  rename(reviewer) {
    if (this.reviewer === "" && reviewer !== "") {
      for (const [index, known] of [...this.all]) {
        const entry = known.get("");
        if (entry === undefined) continue;
        this.store(index, "", null);
        if (!known.has(reviewer)) this.store(index, reviewer, entry);
      }
      this.undoable = [];
    }
    this.reviewer = reviewer;
    try { localStorage.setItem("vqa-merge:reviewer", reviewer); } catch (error) { this.fail(error); }
    this.changed(null);
  },

  changed(index) { for (const listener of this.listeners) listener(index); },

  fail(error) {
    this.failed = `The browser does not keep verdicts (${error.name}): export them before you close the page.`;
    this.changed(null);
  },

  /** JSON Lines, as vqa-merge --reviews takes them. */
  exported() {
    const lines = [];
    for (const index of [...this.all.keys()].sort((a, b) => a - b)) {
      const pair = pairs[index];
      const known = [...this.all.get(index)].sort(([a], [b]) => (a < b ? -1 : 1));
      for (const [reviewer, entry] of known) {
        lines.push(JSON.stringify({
          id: pair.id, image_hash: images[pair.image].hash, verdict: entry.verdict,
          reasons: entry.reasons, note: entry.note, reviewer, time: entry.time,
          answer_sha256: pair.sha256,
        }) + "\n");
      }
    }
    return lines.join("");
  },

  /** Takes exported lines in, newer ones in place of older; what became of them. */
  imported(text) {
    const counts = { taken: 0, foreign: 0, damaged: 0 };
    for (const line of text.split("\n").filter((line) => line.trim() !== "")) {
      let value;
      try { value = JSON.parse(line); } catch { value = null; }
      if (!(value?.verdict in verdictNames) || typeof value.answer_sha256 !== "string") {
        counts.damaged += 1;
        continue;
      }
      const pair = pairOf(value.id ?? null, value.image_hash, value.answer_sha256);
      if (pair === undefined) { counts.foreign += 1; continue; }
      const reviewer = String(value.reviewer ?? "");
      const known = this.all.get(pair.index)?.get(reviewer);
      counts.taken += 1;
      if (known !== undefined && instant(known.time) > instant(value.time)) continue;
      this.store(pair.index, reviewer, {
        verdict: value.verdict, note: String(value.note ?? ""), time: String(value.time ?? ""),
        reasons: Array.isArray(value.reasons) ? value.reasons.map(String) : [],
      });
    }
    this.changed(null);
    return counts;
  },
};
