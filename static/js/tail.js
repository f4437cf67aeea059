// A live list takes new rows every two seconds and puts them on top. While the page is hidden it asks for nothing, and
// while the reader is further down, rows wait and are counted, so that nothing moves under the eye.
{
  const most = 300;
  const waiting = [];
  const table = () => document.querySelector("[data-tail]");
  const say = (text) => {
    const line = document.querySelector("#tail-said");
    if (line && line.textContent !== text) line.textContent = text;
  };
  const put = (list) => {
    const body = list.querySelector("tbody");
    for (const row of waiting.splice(0).reverse()) {
      row.classList.add("is-new");
      body.prepend(row);
      window.htmx?.process(row);
    }
    while (body.rows.length > most) body.lastElementChild.remove();
  };
  const ask = async (list) => {
    const after = list.dataset.after;
    const response = await fetch(list.dataset.tail + after, { headers: { accept: "text/html" } });
    if (!response.ok || response.redirected) return say("new traces cannot be read now; trying again");
    const until = response.headers.get("x-rows-up-to");
    const template = document.createElement("template");
    template.innerHTML = `<table><tbody>${await response.text()}</tbody></table>`;
    if (!until || list.dataset.after !== after || list !== table()) return;
    list.dataset.after = until;
    waiting.unshift(...template.content.querySelectorAll("tr"));
    const count = waiting.length;
    if (scrollY < 200) {
      put(list);
      if (count) say(`${count} new just now`);
    } else if (count) say(`${count} new: go to the top to see them`);
  };
  let isAsking = false;
  setInterval(async () => {
    const list = table();
    if (!list) waiting.length = 0;
    if (!list || document.hidden || isAsking) return;
    isAsking = true;
    try {
      await ask(list);
    } catch {
      say("the server cannot be reached; trying again");
    }
    isAsking = false;
  }, 2000);
  addEventListener("scroll", () => {
    const list = table();
    if (list && waiting.length && scrollY < 200) put(list);
  }, { passive: true });
}
