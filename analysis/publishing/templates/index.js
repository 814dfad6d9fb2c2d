// Finding a report among many. Without this script the page is whole: sections with anchors, and no form.
(() => {
  const form = document.getElementById("find");
  const told = document.getElementById("told");
  const sections = [...document.querySelectorAll("section.question")];
  const reports = sections.flatMap((section) => {
    const heading = section.querySelector("h3");
    return [...section.querySelectorAll(".reports > li")].map((item) => ({
      item,
      section,
      question: heading.id,
      text: `${heading.textContent} ${item.textContent}`.toLowerCase(),
      states: item.dataset.state.split(" "),
      ...item.dataset,
    }));
  });
  const first = document.getElementById("first");
  const named = [...document.querySelectorAll("[data-words]")].map((item) => ({
    item,
    names: item.dataset.words.toLowerCase().split(/[^a-z0-9]+/),
  }));
  const common = ["police", "force", "constabulary", "and", "the", "all", "cases"];
  let waiting;

  // Forces and offences that the words name, those that most words name; each leads to where it is answered.
  function answers(words) {
    const meant = words.filter((word) => !common.includes(word));
    const fit = named.map(({ item, names }) => {
      const hits = meant.filter((word) => names.some((name) => name === word || (word.length > 2 && name.startsWith(word))));
      return { item, hits: hits.length };
    });
    const most = Math.max(1, ...fit.map((one) => one.hits));
    return fit.filter((one) => one.hits === most).map(({ item }) => {
      const copy = item.cloneNode(true);
      if (item.dataset.told) copy.append(` ${item.dataset.told}`);
      return copy;
    });
  }

  // How many letters are put in, taken out or changed between two words.
  function letters(word, other) {
    let above = [...Array(other.length + 1).keys()];
    for (let row = 1; row <= word.length; row += 1) {
      const line = [row];
      for (let column = 1; column <= other.length; column += 1) {
        const changed = above[column - 1] + (word[row - 1] !== other[column - 1]);
        line.push(Math.min(changed, above[column] + 1, line[column - 1] + 1));
      }
      above = line;
    }
    return above[other.length];
  }

  // The name that a misspelt word may have meant, as a sentence; "" where none is near.
  function offer(words) {
    const near = words.filter((word) => word.length > 3 && !common.includes(word)).flatMap((word) =>
      named.flatMap(({ item, names }) => names.map((name) => ({ item, far: letters(word, name) }))));
    const nearest = near.reduce((best, one) => (one.far < best.far ? one : best), { far: 3 });
    return nearest.item ? ` Did you mean ${nearest.item.querySelector("a").textContent}?` : "";
  }

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
    const found = answers(words);
    first.replaceChildren(...found);
    first.hidden = !found.length;
    for (const fold of document.querySelectorAll("details.single")) {
      const kept = [...fold.querySelectorAll("li")].filter((item) => !item.hidden).length;
      fold.hidden = !kept;
      fold.open = wanted.size > 0 && kept > 0; // what fits is seen, and not only that there is some
    }
    document.body.classList.toggle("is-filtered", wanted.size > 0);
    document.body.classList.toggle("is-searched", words.length > 0);
    clearTimeout(waiting); // so that a screen reader hears the end of typing and not each letter
    waiting = setTimeout(() => say(number, wanted.size > 0, found, words), 250);
    return wanted;
  }

  function say(number, isFiltered, found, words) {
    const names = found.map((item) => item.querySelector("a").textContent).join(", ");
    const all = `${reports.length} ${reports.length === 1 ? "report" : "reports"}`;
    const listed = !isFiltered ? `${all}.` : number ? `Showing ${number} of ${all}.`
      : found.length ? "No report in the list fits."
        : `No report fits.${offer(words)} Change the words or a filter, or show all.`;
    told.textContent = names ? `Found: ${names}. ${listed}` : listed;
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

  addEventListener("input", (event) => { // the filters stand apart from the search and belong to its form
    if (event.target.form === form) keep(show());
  });
  form.addEventListener("reset", () => setTimeout(() => keep(show())));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const links = first.querySelectorAll("a"); // Enter opens the only one that fits
    if (links.length === 1 && !first.hidden) location.assign(links[0].href);
  });
  addEventListener("hashchange", () => {
    read();
    show();
    const target = document.getElementById(location.hash.slice(1));
    const fold = target && target.closest("details");
    if (fold) fold.open = true;
    if (target && target.closest("[hidden]")) { // a link to what a filter hides: the filter gives way
      form.reset();
      setTimeout(() => target.scrollIntoView());
    }
  });
  form.hidden = false;
  document.getElementById("filters").hidden = false;
  read();
  show();
})();
