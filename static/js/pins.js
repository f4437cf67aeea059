// A press on a photo says where a pin goes. Without this script the place is typed in percent.
document.addEventListener("click", (event) => {
  const picture = event.target.closest?.("[data-pins]");
  const form = document.querySelector("#new-pin");
  if (!picture || !form || event.target.closest("a")) return;
  const { left, top, width, height } = picture.getBoundingClientRect();
  const percent = (part, whole) => Math.min(100, Math.max(0, (part * 100) / whole)).toFixed(1);
  form.elements.x.value = percent(event.clientX - left, width);
  form.elements.y.value = percent(event.clientY - top, height);
  const mark = picture.querySelector(".new-pin");
  mark.setAttribute("cx", `${form.elements.x.value}%`);
  mark.setAttribute("r", 14);
  mark.setAttribute("cy", `${form.elements.y.value}%`);
  form.elements.text.focus();
});
