// A box or a list that acts at once: its form is sent when it changes. Without this script the button beside it does it.
{
  const ready = () => document.querySelectorAll(".unless-scripts").forEach((button) => (button.hidden = true));
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-send]")) event.target.form?.requestSubmit();
  });
  document.addEventListener("htmx:after:swap", ready);
  ready();
}
