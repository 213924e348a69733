// The picture: loaded when it is looked at, enlarged, brightened.

const picture = document.getElementById("image");
const stage = document.getElementById("stage");
const imageProblem = document.getElementById("image-problem");
const imageControls = ["brightness", "contrast", "invert"].map((name) => document.getElementById(name));
const zoomSteps = [0, 1, 2, 4];
let zoomStep = 0;

function showPicture(image) {
  imageProblem.hidden = true;
  const [width, height] = image.size.split(",");
  picture.alt = `The picture that the questions are about, ${width} by ${height} pixels`;
  picture.src = image.src;
  document.getElementById("image-name").textContent =
    `${oneLine(image.hash)} · ${width} × ${height}`;
  const next = images[images.indexOf(image) + 1];
  if (next !== undefined) new Image().src = next.src;
  applyZoom();
}

picture.addEventListener("error", () => {
  const source = picture.getAttribute("src");
  imageProblem.textContent = source.startsWith("data:")
    ? "The picture cannot be shown."
    : `The picture cannot be loaded: ${source}. It is looked for beside the page.`;
  imageProblem.hidden = false;
});
picture.addEventListener("load", applyZoom);

function applyZoom() {
  const factor = zoomSteps[zoomStep];
  stage.classList.toggle("enlarged", factor > 0);
  picture.style.width = factor > 0 ? `${picture.naturalWidth * factor}px` : "";
  document.getElementById("zoom").textContent = factor > 0 ? `Zoom: ${factor}×` : "Zoom: fit";
}

function nextZoom() {
  zoomStep = (zoomStep + 1) % zoomSteps.length;
  applyZoom();
  announce(document.getElementById("zoom").textContent);
}

function applyContrast() {
  const [brightness, contrast, invert] = imageControls;
  picture.style.filter =
    `brightness(${brightness.value}%) contrast(${contrast.value}%) invert(${invert.checked ? 1 : 0})`;
}

document.getElementById("zoom").addEventListener("click", nextZoom);
for (const control of imageControls) control.addEventListener("input", applyContrast);
document.getElementById("image-reset").addEventListener("click", () => {
  for (const control of imageControls) { control.value = 100; control.checked = false; }
  zoomStep = 0;
  applyContrast();
  applyZoom();
});

// Dragging moves an enlarged picture.
stage.addEventListener("pointerdown", (event) => {
  if (zoomStep === 0 || event.button !== 0) return;
  stage.setPointerCapture(event.pointerId);
  const move = (moved) => stage.scrollBy(-moved.movementX, -moved.movementY);
  stage.addEventListener("pointermove", move);
  stage.addEventListener("lostpointercapture", () => stage.removeEventListener("pointermove", move), { once: true });
});
