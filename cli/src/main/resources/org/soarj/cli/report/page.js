"use strict";
document.documentElement.classList.add("live");

for (const form of document.querySelectorAll("form.filter")) {
  const items = [...document.querySelectorAll(form.dataset.items)];
  const texts = items.map(item => item.textContent.toLowerCase());
  const show = () => {
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = [...form.querySelectorAll("select")].filter(select => select.value !== "");
    let shown = 0;
    items.forEach((item, i) => {
      const fits = words.every(word => texts[i].includes(word))
          && chosen.every(select => (item.dataset[select.name] || "").split("|").includes(select.value));
      item.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    form.querySelector("output").textContent = shown + " of " + items.length + " shown";
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", event => event.preventDefault());
  show();
}

let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  opened.forEach(details => { details.open = true; });
});
addEventListener("afterprint", () => opened.forEach(details => { details.open = false; }));
