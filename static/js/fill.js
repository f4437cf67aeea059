// Files that are dropped or pasted on the page that takes them go the way of chosen ones: into its field, and off.
{
  const field = () => document.querySelector("[data-drop] input[type=file]");
  const bring = (event, files) => {
    if (!field() || !files?.length) return;
    event.preventDefault();
    field().files = files;
    field().form.requestSubmit();
  };
  const show = () => document.querySelectorAll("[data-dropping][hidden]").forEach((words) => (words.hidden = false));
  show();
  document.addEventListener("htmx:after:swap", show);
  document.addEventListener("dragover", (event) => field() && event.preventDefault());
  document.addEventListener("drop", (event) => bring(event, event.dataTransfer?.files));
  document.addEventListener("paste", (event) => bring(event, event.clipboardData?.files));
}
