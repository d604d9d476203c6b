/* Marks the details that the reader has opened, because the theme opens all of them for printing.
 *
 * The style sheet leaves the evidence for a claim, and an example's imports out of a printed page unless they are marked. Without scripts, they are left out.
 */
addEventListener("click", ({ target }) => {
  const details = target.closest?.("summary")?.parentElement;
  // The click changes the state only afterward.
  if (details) details.toggleAttribute("data-opened", !details.open);
});
