/* A line at the top of the page, until it is dismissed, about the link that led here. */
import { words } from "./words.js";

/* content: text and elements. */
export function announce(...content) {
  const place = document.querySelector("article");
  if (!place) return;
  const notice = document.createElement("div");
  const text = document.createElement("p");
  const close = document.createElement("button");
  notice.className = "notice";
  notice.setAttribute("role", "status");
  close.type = "button";
  close.textContent = words("notice.dismiss");
  close.addEventListener("click", () => notice.remove());
  notice.append(text, close);
  place.querySelector(":scope > .notice")?.remove();
  place.prepend(notice);
  /* The text is set only after the element has been added, because screen readers announce only changes within a status
   * element. */
  requestAnimationFrame(() => text.append(...content));
}
