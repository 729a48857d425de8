const options = {
  actions: false, ast: true, defaultStyle: false, hover: false, renderer: "svg",
  tooltip: { disableDefaultStyle: true },
};
for (const holder of document.querySelectorAll("script[data-chart]")) {
  const box = document.getElementById(holder.dataset.chart);
  vegaEmbed(box, JSON.parse(holder.textContent), options).then(() => { box.dataset.drawn = "true"; });
}

// On paper nothing can be unfolded: definitions are printed open.
let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll(".definitions details:not([open])")];
  for (const part of unfolded) part.open = true;
});
addEventListener("afterprint", () => {
  for (const part of unfolded) part.open = false;
});
