// A file that is chosen or dropped fills the text field, with its name and how its lines end. Nothing is sent before a button is pressed.
{
  const fill = async (place, file) => {
    if (!file) return;
    const text = await file.text();
    const field = document.getElementById(place.dataset.drop);
    field.value = text;
    document.getElementById("file").value = file.name.slice(0, 200);
    const all = (text.match(/\n/g) ?? []).length;
    document.getElementById("ends").value = all > 0 && (text.match(/\r\n/g) ?? []).length === all ? "crlf" : "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const show = () => document.querySelectorAll("[data-drop][hidden]").forEach((place) => (place.hidden = false));
  show();
  document.addEventListener("htmx:after:swap", show);
  document.addEventListener("change", (event) => {
    const place = event.target.matches?.("[type=file]") && event.target.closest("[data-drop]");
    if (place) fill(place, event.target.files[0]);
  });
  document.addEventListener("dragover", (event) => document.querySelector("[data-drop]") && event.preventDefault());
  document.addEventListener("drop", (event) => {
    const place = document.querySelector("[data-drop]");
    if (!place || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    fill(place, event.dataTransfer.files[0]);
  });
}
