// What the page does beyond showing: a theme to choose, and the matrix as a grid. It works on what stands in the page and writes
// no markup; without it the links of the matrix lead to the same places.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");

  // Where pages from disk may keep nothing, the choice lasts as long as the page.
  const kept = (theme) => {
    try {
      if (theme) localStorage.setItem("modcheck-theme", theme);
      return localStorage.getItem("modcheck-theme");
    } catch {
      return null;
    }
  };
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches;
  const apply = (theme) => {
    root.dataset.theme = theme;
    document.getElementById("graph-in-the-dark").media = theme === "dark" ? "screen" : "not all";
  };
  const chosen = kept();
  if (chosen === "light" || chosen === "dark") apply(chosen);

  const themes = () => {
    const button = document.getElementById("theme");
    const label = () => { button.textContent = isDark() ? "light theme" : "dark theme"; };
    button.hidden = false;
    label();
    prefersDark.addEventListener("change", label);
    button.addEventListener("click", () => {
      const theme = isDark() ? "light" : "dark";
      apply(theme);
      kept(theme);
      label();
    });
  };

  const dialogs = () => {
    for (const dialog of document.querySelectorAll("dialog.pair")) {
      dialog.addEventListener("click", (event) => {
        const close = event.target.closest(".close");
        if (close) event.preventDefault();
        if (close || event.target === dialog) dialog.close();
      });
      dialog.addEventListener("close", () => document.getElementById("c" + dialog.id.slice(1)).focus());
    }
  };
  const open = (link) => document.getElementById(link.hash.slice(1)).showModal();

  const grid = () => {
    const table = document.querySelector("table.matrix");
    if (!table) return;
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].slice(1));
    const columns = [...table.querySelectorAll("col")];
    const heads = [...table.tHead.rows[0].cells];
    const target = (cell) => cell.querySelector("a") || cell;
    const place = (node) => {
      const cell = node.closest && node.closest("tbody td");
      return cell && table.contains(cell) ? [cell.parentNode.sectionRowIndex, cell.cellIndex - 1] : null;
    };

    // One cell is in the order of the tab key; arrows lead to the others.
    let current = null;
    const choose = (cell) => {
      if (current) target(current).tabIndex = -1;
      current = cell;
      target(current).tabIndex = 0;
    };
    for (const cell of rows.flat()) target(cell).tabIndex = -1;
    const first = table.querySelector("td a");
    if (rows.length) choose(first ? first.parentNode : rows[0][0]);

    let lit = [];
    const light = (at) => {
      for (const node of lit) node.classList.remove("lit");
      lit = at ? [columns[at[1] + 1], heads[at[1] + 1], table.tBodies[0].rows[at[0]]] : [];
      for (const node of lit) node.classList.add("lit");
    };
    table.addEventListener("pointerover", (event) => light(place(event.target)));
    table.addEventListener("pointerleave", () => light(place(document.activeElement)));
    table.addEventListener("focusout", () => light(null));
    table.addEventListener("focusin", (event) => {
      const at = place(event.target);
      light(at);
      if (at) choose(rows[at[0]][at[1]]);
    });

    table.addEventListener("click", (event) => {
      const link = event.target.closest("td a");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      link.focus();
      open(link);
    });
    table.addEventListener("keydown", (event) => {
      const at = place(event.target);
      if (!at || event.altKey || event.metaKey) return;
      let [row, column] = at;
      const last = rows.length - 1;
      switch (event.key) {
        case "ArrowUp": row = Math.max(row - 1, 0); break;
        case "ArrowDown": row = Math.min(row + 1, last); break;
        case "ArrowLeft": column = Math.max(column - 1, 0); break;
        case "ArrowRight": column = Math.min(column + 1, last); break;
        case "Home": column = 0; if (event.ctrlKey) row = 0; break;
        case "End": column = last; if (event.ctrlKey) row = last; break;
        case " ": {
          const link = event.target.closest("a");
          if (link) open(link);
          event.preventDefault();
          return;
        }
        default: return;
      }
      event.preventDefault();
      target(rows[row][column]).focus();
    });
  };

  // A browser that can't unfold by style what is printed does so by script.
  const paper = () => {
    let unfolded = [];
    addEventListener("beforeprint", () => {
      unfolded = [...document.querySelectorAll("details:not([open])")];
      for (const details of unfolded) details.open = true;
    });
    addEventListener("afterprint", () => {
      for (const details of unfolded) details.open = false;
    });
  };

  // A link to something folded unfolds it.
  const reveal = () => {
    const found = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!found) return;
    if (found.matches("dialog.pair")) return found.showModal();
    for (let node = found.parentElement; node; node = node.parentElement) {
      if (node.localName === "details") node.open = true;
    }
    found.scrollIntoView();
  };

  addEventListener("DOMContentLoaded", () => {
    themes();
    dialogs();
    grid();
    paper();
    reveal();
    addEventListener("hashchange", reveal);
  });
})();
