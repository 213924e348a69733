// Which pairs are shown.

const filterFields = ["split", "flag", "model", "kind", "review", "text", "sample", "seed"];
const controls = Object.fromEntries(
  filterFields.map((name) => [name, document.getElementById(`filter-${name}`)]));

function fillSelect(select, values, label = (value) => value) {
  const counted = [...values].sort(([a], [b]) => (a < b ? -1 : 1));
  select.replaceChildren(new Option("all", ""), ...counted.map(
    ([value, count]) => new Option(`${oneLine(label(value))} (${count})`, `=${value}`)));
}

function fillFilters() {
  const counts = { split: new Map(), model: new Map(), flag: new Map() };
  const count = (map, value) => map.set(value, (map.get(value) ?? 0) + 1);
  for (const pair of pairs) {
    count(counts.split, pair.split);
    count(counts.model, pair.model);
    for (const name of new Set(pair.flags.map(([flag]) => flag))) count(counts.flag, name);
  }
  fillSelect(controls.split, counts.split);
  fillSelect(controls.model, counts.model);
  fillSelect(controls.flag, counts.flag, flagName);
  controls.flag.options[0].after(new Option("any flag", "any"), new Option("no flag", "none"));
}

function flagName(flag) { return flag.replaceAll("_", " "); }

/** A pair's text in lower case, made when it is first searched. */
function searchable(pair) {
  pair.lower ??= [pair.id ?? "", pair.question, pair.reference, pair.answer].join("\n").toLowerCase();
  return pair.lower;
}

function matchesFlag(pair, value) {
  if (value === "any") return pair.flags.length > 0;
  if (value === "none") return pair.flags.length === 0;
  return pair.flags.some(([name]) => `=${name}` === value);
}

function matchesReview(pair, value) {
  const verdict = verdicts.mine(pair.index)?.verdict;
  if (value === "none") return verdict === undefined;
  if (value === "any") return verdict !== undefined;
  return verdict === value;
}

/** The pairs to show, in their order. */
function filtered() {
  const value = Object.fromEntries(filterFields.map((name) => [name, controls[name].value]));
  const text = value.text.trim().toLowerCase();
  const found = pairs.filter((pair) =>
    (value.split === "" || `=${pair.split}` === value.split)
    && (value.model === "" || `=${pair.model}` === value.model)
    && (value.kind === "" || pair.kind === value.kind)
    && (value.flag === "" || matchesFlag(pair, value.flag))
    && (value.review === "" || matchesReview(pair, value.review))
    && (text === "" || searchable(pair).includes(text)));
  const count = Number.parseInt(value.sample, 10);
  if (!(count > 0) || count >= found.length) return found;
  return sample(found, count, Number.parseInt(value.seed, 10) || 0);
}

/** So many of them, the same ones for the same seed, in their order. */
function sample(found, count, seed) {
  const random = generator(seed);
  const chosen = found.slice();
  for (let place = 0; place < count; place += 1) {
    const other = place + Math.floor(random() * (chosen.length - place));
    [chosen[place], chosen[other]] = [chosen[other], chosen[place]];
  }
  return chosen.slice(0, count).sort((a, b) => a.index - b.index);
}

/** Numbers in [0, 1) from a 32-bit state: a Weyl sequence, mixed. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9E3779B9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21F0AAAD);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735A2D97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
