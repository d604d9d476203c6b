/* Makes the lines of one concept on the map stand out while the reader points at it or has moved the focus to it.
 *
 * The drawing, its links, the choice of lines and its sizes work without this: they are SVG, HTML and CSS. Here the
 * lines that end at the concept, and the concepts at their other ends, are marked, those lines too that are switched
 * off. Escape takes the marks away.
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
