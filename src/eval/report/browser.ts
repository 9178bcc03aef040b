// The one script of the report page: narrows the samples by kind and by words, and moves among them by keyboard. It only
// hides and shows what the page already holds; without it everything is there to read.

/** Keys, told on the page: / to search, j and k to go on and back, Enter opens (the browser's own), Escape clears. */
export const browserScript = `
(() => {
  const box = document.querySelector(".browse");
  if (!box) return;
  const search = box.querySelector("input");
  const output = box.querySelector("output");
  const buttons = [...box.querySelectorAll("button")];
  const fold = (text) => text.normalize("NFKC").toLowerCase();
  const cards = [...document.querySelectorAll("details[data-kind]")].map((node) => ({ node, text: fold(node.textContent) }));
  const heads = [...document.querySelectorAll("h3[data-kind]")];
  let kind = "";
  const visible = () => cards.filter(({ node }) => !node.hidden);
  const narrow = () => {
    const words = fold(search.value).split(/\\s+/).filter(Boolean);
    for (const { node, text } of cards) {
      node.hidden = !((kind === "" || node.dataset.kind === kind) && words.every((word) => text.includes(word)));
    }
    const shown = visible();
    for (const head of heads) head.hidden = !shown.some(({ node }) => node.dataset.kind === head.dataset.kind);
    output.textContent = output.dataset.text.replace("{n}", shown.length).replace("{all}", cards.length);
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      kind = button.dataset.kind;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      narrow();
    });
  }
  search.addEventListener("input", narrow);
  const step = (by) => {
    const shown = visible();
    if (shown.length === 0) return;
    const at = shown.findIndex(({ node }) => node.contains(document.activeElement));
    const next = at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(shown.length - 1, Math.max(0, at + by));
    shown[next].node.querySelector("summary").focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && document.activeElement === search) {
      search.value = "";
      narrow();
      search.blur();
    } else if (document.activeElement === search) return;
    else if (event.key === "/") {
      event.preventDefault();
      search.focus();
    } else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
  });
  box.hidden = false;
  narrow();
})();
`;
