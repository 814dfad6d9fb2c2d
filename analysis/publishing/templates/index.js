// Finding a report among many. Without this script the page is whole: sections with anchors, and no form.
(() => {
  const form = document.getElementById("find");
  const told = document.getElementById("told");
  const sections = [...document.querySelectorAll("section.question")];
  const reports = sections.flatMap((section) => {
    const heading = section.querySelector("h2");
    return [...section.querySelectorAll(".reports > li")].map((item) => ({
      item,
      section,
      question: heading.id,
      text: `${heading.textContent} ${item.textContent}`.toLowerCase(),
      states: item.dataset.state.split(" "),
      ...item.dataset,
    }));
  });
  let waiting;

  const asked = () => new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));

  const fits = (report, wanted, words) =>
    words.every((word) => report.text.includes(word)) &&
    ["question", "force", "period", "offence"].every((name) => !wanted.has(name) || report[name] === wanted.get(name)) &&
    (!wanted.has("state") || report.states.includes(wanted.get("state")));

  function show() {
    const wanted = asked();
    const words = (wanted.get("words") || "").toLowerCase().split(/\s+/).filter(Boolean);
    const filled = new Set();
    let number = 0;
    for (const report of reports) {
      const fit = fits(report, wanted, words);
      report.item.hidden = !fit;
      if (fit) {
        number += 1;
        filled.add(report.section);
      }
    }
    for (const section of sections) section.hidden = !filled.has(section);
    document.body.classList.toggle("is-filtered", wanted.size > 0);
    clearTimeout(waiting); // so that a screen reader hears the end of typing and not each letter
    waiting = setTimeout(() => say(number, wanted.size > 0), 250);
    return wanted;
  }

  function say(number, isFiltered) {
    const all = `${reports.length} ${reports.length === 1 ? "report" : "reports"}`;
    told.textContent = !isFiltered ? `${all}.` : number ? `Showing ${number} of ${all}.`
      : "No report fits. Change the words or a filter, or show all.";
  }

  function keep(wanted) {
    const fragment = wanted.toString();
    history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
  }

  function read() {
    const fragment = location.hash.slice(1);
    if (!fragment.includes("=")) return; // an anchor, which the browser follows by itself
    const given = new URLSearchParams(fragment);
    for (const field of form.elements) {
      if (!field.name) continue;
      field.value = given.get(field.name) || "";
      if (field.value !== (given.get(field.name) || "")) field.value = ""; // a value that is no longer there
    }
  }

  form.addEventListener("input", () => keep(show()));
  form.addEventListener("reset", () => setTimeout(() => keep(show())));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", () => {
    read();
    show();
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.closest("[hidden]")) { // a link to what a filter hides: the filter gives way
      form.reset();
      setTimeout(() => target.scrollIntoView());
    }
  });
  form.hidden = false;
  read();
  show();
})();
