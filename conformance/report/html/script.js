// Filters, copying, and opening what is linked to. Without it the report is whole, and everything is shown.
"use strict";
(() => {
  const form = document.getElementById("filters");
  const find = document.getElementById("find");
  const count = document.getElementById("count");
  const announced = document.getElementById("announced");
  const boxes = [...form.querySelectorAll("input[type=checkbox]")];
  const requirements = [...document.querySelectorAll(".requirement")].map((element) => ({
    element, outcome: element.dataset.outcome, level: element.dataset.level, text: element.textContent.toLowerCase(),
  }));
  const sections = [...document.querySelectorAll(".chosen")];

  // A view is kept in the address behind "#?": all else behind "#" is the id of something.
  const isView = () => location.hash.startsWith("#?");

  const chosen = (name) => boxes.filter((box) => box.name === name && box.checked).map((box) => box.value);

  function show() {
    const outcomes = chosen("outcome");
    const levels = chosen("level");
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const r of requirements) {
      const fits = (!outcomes.length || outcomes.includes(r.outcome)) && (!levels.length || levels.includes(r.level)) &&
        words.every((word) => r.text.includes(word));
      r.element.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    for (const section of sections) {
      section.hidden = !section.querySelector(".requirement:not([hidden])");
    }
    count.textContent = `${shown} of ${requirements.length} requirements are shown.`;
  }

  function keep() {
    const view = new URLSearchParams();
    for (const name of ["outcome", "level"]) {
      if (chosen(name).length) view.set(name, chosen(name).join(","));
    }
    if (find.value) view.set("text", find.value);
    const hash = view.size ? "#?" + view : isView() ? "#" : location.hash;
    if (hash !== location.hash) history.replaceState(null, "", hash || "#");
  }

  function restore() {
    const view = new URLSearchParams(isView() ? location.hash.slice(2) : "");
    for (const box of boxes) {
      box.checked = (view.get(box.name) || "").split(",").includes(box.value);
    }
    find.value = view.get("text") || "";
    show();
  }

  // What a link leads to is shown and opened, whatever the filters say.
  function reveal() {
    let id = location.hash.slice(1);
    try {
      id = decodeURIComponent(id);
    } catch {
      // it is no escape: taken as it is
    }
    const target = id && document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) {
      form.reset();
    }
    for (let e = target; e; e = e.parentElement) {
      if (e.localName === "details") e.open = true;
    }
    const own = target.querySelector(":scope > td > details");
    if (own) own.open = true;
    target.scrollIntoView();
    const focus = target.querySelector("summary, a[href]");
    if (focus) focus.focus({ preventScroll: true });
  }

  const arrive = () => (isView() ? restore() : reveal());

  form.addEventListener("input", () => {
    show();
    keep();
  });
  form.addEventListener("reset", () => {
    setTimeout(() => {
      show();
      keep();
    });
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", arrive);

  // Failures that were folded are printed in full all the same.
  addEventListener("beforeprint", () => {
    for (const r of requirements) {
      if (r.element.matches(".fail, .known")) r.element.open = true;
    }
  });

  for (const button of document.querySelectorAll("button.copy")) {
    const code = button.parentElement.querySelector("code");
    button.hidden = false;
    button.addEventListener("click", async () => {
      let copied = true;
      try {
        await navigator.clipboard.writeText(code.textContent);
      } catch {
        getSelection().selectAllChildren(code);
        copied = document.execCommand("copy");
      }
      button.textContent = copied ? "Copied" : "Selected";
      announced.textContent = copied ? "The command is copied." : "The command is selected.";
      setTimeout(() => {
        button.textContent = "Copy";
        announced.textContent = "";
      }, 2000);
    });
  }

  // The marks of a lane are one stop for the keyboard: arrows go from mark to mark, Enter follows.
  for (const lane of document.querySelectorAll(".lanes li > svg")) {
    const marks = [...lane.querySelectorAll("a")];
    const said = lane.closest("figure").querySelector(".at");
    const tell = (mark) => {
      said.textContent = mark.querySelector("title").textContent;
    };
    lane.setAttribute("role", "group"); // an image has nothing in it to go to
    marks[0].tabIndex = 0;
    const row = lane.parentElement; // Chromium takes an SVG that listens for focus for one that wants it
    row.addEventListener("focusin", (event) => {
      if (!marks.includes(event.target)) return;
      for (const mark of marks) mark.tabIndex = mark === event.target ? 0 : -1;
      tell(event.target);
    });
    row.addEventListener("pointerover", (event) => {
      const mark = event.target.closest("svg > a");
      if (mark) tell(mark);
    });
    row.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const from = marks.indexOf(document.activeElement);
      const to = from < 0 ? undefined : marks[from + step];
      if (!to) return;
      event.preventDefault();
      to.focus();
    });
  }

  form.hidden = false;
  show();
  arrive();
})();
