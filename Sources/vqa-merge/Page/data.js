// The data blocks of the page: `images` and, in the same order, `pairs`.

const about = JSON.parse(document.getElementById("about").textContent);
const images = [];
const pairs = [];
for (const block of document.querySelectorAll("script.data")) {
  for (const image of JSON.parse(block.textContent)) {
    const first = pairs.length;
    image.pairs.forEach((pair, place) => {
      pair.index = first + place;
      pair.image = images.length;
      pairs.push(pair);
    });
    images.push({
      hash: image.hash, src: image.src, size: image.size, first, end: pairs.length,
    });
  }
  block.remove();
}

/** What tells a pair's answer from all others, as verdicts name it. */
function answerKey(hash, digest) { return `${hash} ${digest}`; }

/** Pairs by `answerKey`; several only where ids differ. */
const pairsByAnswer = new Map();
for (const pair of pairs) {
  const key = answerKey(images[pair.image].hash, pair.sha256);
  if (pairsByAnswer.has(key)) pairsByAnswer.get(key).push(pair);
  else pairsByAnswer.set(key, [pair]);
}

/** The pair that a verdict is of; undefined if its answer is not here. */
function pairOf(id, hash, digest) {
  const found = pairsByAnswer.get(answerKey(hash, digest)) ?? [];
  return found.find((pair) => id === null || pair.id === null || pair.id === id);
}
