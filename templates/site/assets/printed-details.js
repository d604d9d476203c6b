/* Marks the details that the reader has opened, because the theme opens all of them for printing.
 *
 * The style sheet omits the evidence for a claim and an example's imports from a printed page unless they are marked.
 * Without scripts, they are always omitted.
 */
addEventListener("click", ({ target }) => {
  const details = target.closest?.("summary")?.parentElement;
  // The state changes only after the click has been handled.
  if (details) details.toggleAttribute("data-opened", !details.open);
});
