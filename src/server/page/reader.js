// The text of a document with its names marked: choosing a name, and selecting one that was missed.
const reader = (function () {
  "use strict";

  const { element } = base;
  const labelClass = (label) => (["PER", "ORG", "LOC"].includes(label) ? label.toLowerCase() : "misc");
  const legendWords = [["LOC", "Places"], ["PER", "People"], ["ORG", "Organisations"], ["MISC", "Other names"]];

  let article, legend, bar, scope, onChoose, onMark;
  let model = null, marks = [], current = 0;
  let offsets = new WeakMap(); // Where in the text a text node begins, in UTF-16 units.

  function textNode(from, to) {
    const node = document.createTextNode(model.text.slice(from, to));
    offsets.set(node, from);
    return node;
  }

  function describeMark(mention) {
    const words = [corrections.labelWords[mention.label] || mention.type || mention.label];
    if (mention.place) {
      if (mention.place.method === "relative") words.push("position worked out from words");
      if (mention.place.method === "correction") words.push("corrected");
      if (annotations.isDoubtful(mention)) words.push("doubtful");
    } else if (mention.label === "LOC") words.push("not placed");
    return words.join(", ");
  }

  function markOf(mention, from, to) {
    const classes = ["entity", labelClass(mention.label)];
    if (mention.parent) classes.push("inner");
    if (mention.label === "LOC" && !mention.place) classes.push("unplaced");
    if (mention.place && mention.place.method === "relative") classes.push("relative");
    if (mention.place && mention.place.method === "correction") classes.push("corrected");
    if (annotations.isDoubtful(mention)) classes.push("doubtful");
    // A name that holds another is a group: a button holds no button.
    const mark = element("mark", {
      class: classes.join(" "), "data-mention": mention.index, tabindex: "-1",
      role: mention.inner.length ? "group" : "button", "aria-description": describeMark(mention),
    });
    fill(mark, from, to, mention.inner);
    marks[mention.index] = mark;
    return mark;
  }

  /** A stretch of the text with the given names marked in it. */
  function fill(parent, from, to, mentions) {
    let at = from;
    for (const mention of mentions) {
      if (mention.start < at || mention.end > to) continue;
      if (mention.start > at) parent.append(textNode(at, mention.start));
      parent.append(markOf(mention, mention.start, mention.end));
      at = mention.end;
    }
    if (at < to) parent.append(textNode(at, to));
  }

  // What dir="auto" does, which takes very long on a paragraph of thousands of names.
  const isRightToLeft = (text) =>
    /^\P{L}*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(text);

  /** Shows a document. The scroll stays where it is for one that was only tagged anew. */
  function show(entry, raw, read, isSame) {
    model = read;
    marks = [];
    offsets = new WeakMap();
    const scroller = article.parentElement, top = scroller.scrollTop;
    const body = document.createDocumentFragment();
    if (raw.title) body.append(element("h1", { dir: "auto" }, raw.title));
    const line = [];
    if (raw.source) line.push(element("bdi", {}, base.shorten(String(raw.source), 80)));
    const day = base.dayOf(entry.date);
    if (day !== null) line.push(element("time", { datetime: entry.date }, base.formatDay(day)));
    if (raw.url) line.push(base.webLink(base.shorten(String(raw.url), 60), raw.url));
    if (line.length) body.append(element("p", { class: "byline" }, ...base.separated(line)));
    const outer = model.mentions.filter((mention) => !mention.parent);
    let next = 0;
    const paragraph = (from, to) => {
      if (from === to) return;
      const inside = [];
      while (next < outer.length && outer[next].start < to) inside.push(outer[next++]);
      const node = element("p", { dir: isRightToLeft(model.text.slice(from, to)) ? "rtl" : "ltr" });
      fill(node, from, to, inside);
      body.append(node);
    };
    let from = 0, before = 0;
    for (const gap of model.text.matchAll(/\n[^\S\n]*\n\s*/g)) {
      // No name is cut in two by a gap.
      while (before < outer.length && outer[before].end <= gap.index) before++;
      if (before < outer.length && outer[before].start < gap.index) continue;
      paragraph(from, gap.index);
      from = gap.index + gap[0].length;
    }
    paragraph(from, model.text.length);
    article.replaceChildren(body);
    scroller.scrollTop = isSame ? top : 0;
    current = Math.min(isSame ? current : 0, Math.max(0, model.mentions.length - 1));
    moveTab(current);
    writeLegend();
    bar.hidden = true;
  }

  function writeLegend() {
    legend.replaceChildren();
    for (const [label, words] of legendWords) {
      const number = model.mentions.filter((mention) => !mention.parent && labelClass(mention.label) === labelClass(label)).length;
      if (number) {
        legend.append(element("li", {}, element("span", { class: "entity " + labelClass(label) }, words), " ",
          element("span", { class: "quiet" }, base.formatNumber(number))));
      }
    }
    if (model.mentions.some((mention) => mention.label === "LOC" && !mention.place)) {
      legend.append(element("li", {}, element("span", { class: "entity loc unplaced" }, "Not placed")));
    }
  }

  // ------------------------------------------------------------------------------------------------------ names

  /** One name can be reached by Tab, the others from there by arrows. */
  function moveTab(index) {
    const old = marks[current], next = marks[index];
    if (old) old.tabIndex = -1;
    if (next) next.tabIndex = 0;
    current = index;
  }

  function scrollTo(mark) {
    const box = mark.getBoundingClientRect(), room = article.parentElement.getBoundingClientRect();
    const top = Math.max(room.top, 0) + 40, bottom = Math.min(room.bottom, window.innerHeight) - 40;
    if (box.top < top || box.bottom > bottom) {
      mark.scrollIntoView({ block: "center", behavior: base.stillSystem.matches ? "auto" : "smooth" });
    }
  }

  /** Marks the chosen name, and those that name the same. */
  function highlight(mention, same, scroll) {
    for (const old of article.querySelectorAll(".same, .chosen")) old.classList.remove("same", "chosen");
    if (!mention) return;
    for (const other of same) if (marks[other.index]) marks[other.index].classList.add("same");
    const mark = marks[mention.index];
    if (!mark) return;
    mark.classList.add("chosen");
    moveTab(mention.index);
    if (scroll) scrollTo(mark);
  }

  function focusOn(mention) {
    const mark = marks[mention.index];
    if (mark) mark.focus({ preventScroll: true });
  }

  function reveal(mention) {
    const mark = marks[mention.index];
    if (mark) mark.scrollIntoView({ block: "center", behavior: "auto" });
  }

  const mentionAt = (target) => {
    const mark = target instanceof Element ? target.closest("mark[data-mention]") : null;
    return mark ? model.mentions[Number(mark.dataset.mention)] : null;
  };

  function step(from, by) {
    const next = model.mentions[from + by];
    if (!next) return;
    moveTab(next.index);
    focusOn(next);
    scrollTo(marks[next.index]);
  }

  function onKey(event) {
    const mention = mentionAt(event.target);
    if (!mention || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") onChoose(mention, { byKey: true });
    else if (event.key === "ArrowRight" || event.key === "ArrowDown") step(mention.index, 1);
    else if (event.key === "ArrowLeft" || event.key === "ArrowUp") step(mention.index, -1);
    else return;
    event.preventDefault();
  }

  // -------------------------------------------------------------------------------------------------- selecting

  function offsetOf(node, offset) {
    if (node.nodeType === Node.TEXT_NODE) return offsets.has(node) ? offsets.get(node) + offset : null;
    // Between nodes: where the text behind it begins, or that before it ends.
    const child = node.childNodes[offset];
    const walker = document.createTreeWalker(child || node, NodeFilter.SHOW_TEXT);
    if (child) {
      const first = child.nodeType === Node.TEXT_NODE ? child : walker.nextNode();
      return first && offsets.has(first) ? offsets.get(first) : null;
    }
    let last = null;
    while (walker.nextNode()) last = walker.currentNode;
    return last && offsets.has(last) ? offsets.get(last) + last.length : null;
  }

  /** What is selected of the text, without blanks around it. */
  function selected() {
    const selection = getSelection();
    if (!model || !selection.rangeCount || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    if (!article.contains(range.commonAncestorContainer)) return null;
    let start = offsetOf(range.startContainer, range.startOffset), end = offsetOf(range.endContainer, range.endOffset);
    if (start === null || end === null || end <= start) return null;
    const text = model.text.slice(start, end);
    start += text.length - text.trimStart().length;
    end -= text.length - text.trimEnd().length;
    return end > start && end - start <= 200 ? { start, end, text: model.text.slice(start, end), range } : null;
  }

  function offerBar() {
    const name = selected();
    bar.hidden = !name;
    if (!name) return;
    bar.lastChild.textContent = scope();
    const box = name.range.getBoundingClientRect();
    const width = bar.offsetWidth, height = bar.offsetHeight;
    bar.style.left = Math.max(8, Math.min(window.innerWidth - width - 8, box.left + box.width / 2 - width / 2)) + "px";
    bar.style.top = (box.top > height + 60 ? box.top - height - 8 : box.bottom + 8) + "px";
  }

  /** The buttons that give a name a label. */
  function labelButtons(give) {
    return [["LOC", "Place"], ["PER", "Person"], ["ORG", "Organisation"], ["MISC", "Other"]].map(([label, words]) => {
      const button = element("button", { type: "button", class: "plain label " + labelClass(label), "data-label": label }, words);
      button.addEventListener("click", () => give(label));
      return button;
    });
  }

  function setUp(parts) {
    ({ article, legend, bar, scope, onChoose, onMark } = parts);
    article.addEventListener("click", (event) => {
      const mention = mentionAt(event.target);
      if (mention && getSelection().isCollapsed) onChoose(mention, {});
    });
    article.addEventListener("keydown", onKey);
    bar.append(...labelButtons((label) => {
      const name = selected();
      bar.hidden = true;
      getSelection().removeAllRanges();
      if (name) onMark(name, label);
    }));
    bar.append(element("span", { class: "quiet" }));
    // The buttons leave the selection as it is.
    bar.addEventListener("pointerdown", (event) => event.preventDefault());
    document.addEventListener("pointerup", () => setTimeout(offerBar, 0));
    document.addEventListener("keyup", (event) => {
      if (event.shiftKey || event.key === "Shift") offerBar();
    });
    article.parentElement.addEventListener("scroll", () => (bar.hidden = true), { passive: true });
  }

  return { setUp, show, highlight, focusOn, reveal, labelButtons, labelClass, current: () => current };
})();
