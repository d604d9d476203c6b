/* Highlights the lines of a concept on the map while the pointer is over the concept or the concept has focus.
 *
 * The drawing, its links, and the controls for lines and size work without this script: they are SVG, HTML, and CSS. The
 * script highlights the lines that end at the concept, including hidden ones, and the concepts at their other ends.
 * Escape removes the highlight.
 */
for (const view of document.querySelectorAll(".map__view")) {
  const concepts = (event) => event.target.closest?.(".map__box")?.dataset.concept;
  view.addEventListener("pointerover", (event) => mark(view, concepts(event)));
  view.addEventListener("pointerleave", () => mark(view));
  view.addEventListener("focusin", (event) => mark(view, concepts(event)));
  view.addEventListener("focusout", () => mark(view));
  document.addEventListener("keydown", (event) => event.key === "Escape" && mark(view));
}

function mark(view, concept) {
  view.classList.toggle("map__lit", Boolean(concept));
  const near = new Set([concept]);
  for (const line of view.querySelectorAll(".map__line")) {
    const ends = line.dataset.ends.split(" ");
    const touches = ends.includes(concept);
    line.classList.toggle("map__near", touches);
    if (touches) ends.forEach((end) => near.add(end));
  }
  for (const box of view.querySelectorAll(".map__box")) box.classList.toggle("map__near", near.has(box.dataset.concept));
}
