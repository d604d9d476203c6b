/* Marks the details that the reader has opened, because the theme opens all of them for printing.
 *
 * The style sheet leaves the evidence for a claim out of a printed page unless it is marked. Without scripts, it is left out.
 */
addEventListener("click", ({ target }) => {
  const details = target.closest?.("summary")?.parentElement;
  // The click changes the state only afterward.
  if (details) details.toggleAttribute("data-opened", !details.open);
});
