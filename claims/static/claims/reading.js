// Takes words that are selected in a captured text into the panel's fields.
//
// The page tells places in Unicode code points, as the database does; ranges of the document
// count UTF-16 units. Each field keeps its spans: where in the text they stand, in code points.

const panel = document.querySelector("#panel");
const texts = document.querySelector(".rows");
const status = document.querySelector("#taken");
const ELLIPSIS = /\[(?:…|\.\.\.)\]/;
const WORD = /[\p{L}\p{M}\p{N}]+(?:[’'.,\-\u00a0\u202f]?[\p{L}\p{M}\p{N}]+)*/gu;

const length = (words) => Array.from(words).length;
const slice = (words, start, end) => Array.from(words).slice(start, end).join("");
const languageOf = (node) => columnOf(node)?.dataset.language;

function columnOf(node) {
  const element = node instanceof Element ? node : node?.parentElement;
  return element?.closest("[data-language]");
}

function blockOf(node) {
  const element = node instanceof Element ? node : node?.parentElement;
  return element?.closest("[data-start]");
}

function blocksOf(language) {
  return [...texts.querySelectorAll(`[data-language="${language}"] [data-start]`)];
}

// Places

// What a range holds of each paragraph in one language, without the spaces at its ends.
function spansIn(range, language) {
  return blocksOf(language)
    .filter((block) => range.intersectsNode(block))
    .map((block) => {
      const part = document.createRange();
      part.selectNodeContents(block);
      if (part.comparePoint(range.startContainer, range.startOffset) === 0) {
        part.setStart(range.startContainer, range.startOffset);
      }
      if (part.comparePoint(range.endContainer, range.endOffset) === 0) {
        part.setEnd(range.endContainer, range.endOffset);
      }
      const raw = part.toString();
      const words = raw.trim();
      const before = textBefore(block, part.startContainer, part.startOffset);
      const leading = raw.slice(0, raw.length - raw.trimStart().length);
      const start = Number(block.dataset.start) + length(before + leading);
      return { block, start, end: start + length(words) };
    })
    .filter((span) => span.end > span.start);
}

function textBefore(block, node, offset) {
  const range = document.createRange();
  range.selectNodeContents(block);
  range.setEnd(node, offset);
  return range.toString();
}

function wordsOf({ block, start, end }) {
  const first = Number(block.dataset.start);
  return slice(block.textContent, start - first, end - first);
}

// The range of `block` between two offsets in UTF-16 units.
function rangeOf(block, start, end) {
  const range = document.createRange();
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  let position = 0;
  let isBegun = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const next = position + node.data.length;
    if (!isBegun && start < next) {
      range.setStart(node, start - position);
      isBegun = true;
    }
    if (isBegun && end <= next) {
      range.setEnd(node, end - position);
      return range;
    }
    position = next;
  }
  return range;
}

function rangeOfSpan(span) {
  const first = Number(span.block.dataset.start);
  const text = span.block.textContent;
  const start = slice(text, 0, span.start - first).length;
  return rangeOf(span.block, start, start + wordsOf(span).length);
}

// Spans in the order of the text; those that touch or overlap are one.
function merged(spans) {
  const sorted = [...spans].sort((one, other) => one.start - other.start);
  return sorted.reduce((done, span) => {
    const last = done.at(-1);
    if (last && last.block === span.block && span.start <= last.end) {
      last.end = Math.max(last.end, span.end);
      return done;
    }
    return [...done, { ...span }];
  }, []);
}

function isContinued(span, next) {
  const blocks = blocksOf(languageOf(span.block));
  const isNext = blocks.indexOf(next.block) === blocks.indexOf(span.block) + 1;
  const isToTheEnd = span.end === Number(span.block.dataset.start) + length(span.block.textContent);
  return isNext && isToTheEnd && next.start === Number(next.block.dataset.start);
}

// Fields: the words taken in one language

class Field {
  constructor(element) {
    this.language = element.dataset.words;
    this.textarea = element.querySelector("textarea");
    this.places = element.querySelector(".places");
    this.absent = element.querySelector("input[type=checkbox]");
    this.add = element.querySelector("[data-add]");
    this.spans = this.spansOnPage();
    this.textarea.addEventListener("input", () => this.forget());
    this.absent.addEventListener("change", () => this.absent.checked && this.clear());
    this.add.addEventListener("click", () => this.waitForMore(!this.isAdding));
    element.querySelector("[data-remove]").addEventListener("click", () => this.clear());
  }

  get isAdding() {
    return this.add.getAttribute("aria-pressed") === "true";
  }

  get isDone() {
    return this.textarea.value.trim() !== "" || this.absent.checked;
  }

  waitForMore(isAdding) {
    this.add.setAttribute("aria-pressed", String(isAdding));
  }

  take(spans) {
    this.spans = merged(this.isAdding ? [...this.spans, ...spans] : spans);
    this.waitForMore(false);
    this.absent.checked = false;
    this.textarea.value = this.spans
      .map((span, number) => {
        const next = this.spans[number + 1];
        const joint = next ? (isContinued(span, next) ? "\n" : " […] ") : "";
        return wordsOf(span) + joint;
      })
      .join("");
    this.writePlaces();
    showTaken();
    say(this.textarea.value);
  }

  // Places hold for the words that were taken: words that are typed are looked up afresh.
  forget() {
    this.spans = [];
    this.places.replaceChildren();
    showTaken();
  }

  clear() {
    this.textarea.value = "";
    this.waitForMore(false);
    this.forget();
  }

  writePlaces() {
    this.places.replaceChildren(
      ...this.spans.map((span, number) => {
        const input = document.createElement("input");
        input.type = "hidden";
        input.name = `place_${this.language}_${number}`;
        input.value = span.start;
        return input;
      }),
    );
  }

  // The spans of a form that has come back.
  spansOnPage() {
    const blocks = blocksOf(this.language);
    const parts = this.textarea.value.split(/[\r\n]+/).flatMap((line) => line.split(ELLIPSIS));
    const spans = parts
      .map((part) => part.trim())
      .filter((part) => part)
      .map((part, number) => {
        const name = `place_${this.language}_${number}`;
        const start = Number(this.places.querySelector(`[type=hidden][name=${name}]`)?.value);
        const block = blocks.findLast((candidate) => Number(candidate.dataset.start) <= start);
        return block && { block, start, end: start + length(part) };
      });
    return spans.every((span) => span) ? spans : [];
  }
}

const fields = new Map();
let isChanged = false;

function take() {
  const selection = getSelection();
  const language = selection.isCollapsed ? undefined : languageOf(selection.anchorNode);
  const field = fields.get(language);
  const spans = field ? spansIn(selection.getRangeAt(0), language) : [];
  if (spans.length === 0) {
    return undefined;
  }
  field.take(spans);
  isChanged = true;
  propose(language, field.spans[0].start);
  pointAtCounterparts(spans[0].block);
  return field;
}

function showTaken() {
  if (!("highlights" in CSS)) {
    return;
  }
  const spans = [...fields.values()].flatMap((field) => field.spans);
  CSS.highlights.set("taken", new Highlight(...spans.map(rangeOfSpan)));
}

function say(words) {
  status.textContent = words;
}

// Claimant and kind as in the quote that begins nearest before, until somebody chooses.
const chosen = new Set();

function propose(language, position) {
  const rows = JSON.parse(document.getElementById(language).textContent);
  const row = rows.findLast(([start]) => start <= position);
  const isFirst = [...fields.values()].find((field) => field.isDone)?.language === language;
  if (row && isFirst) {
    const proposed = { claimant: row[1], kind: row[2] };
    for (const [name, value] of Object.entries(proposed)) {
      if (!chosen.has(name)) {
        panel.elements[name].value = String(value);
      }
    }
  }
}

// Keys: one tab stop in each language, moved by the arrows

const stops = new Map();

function setStop(block) {
  const language = languageOf(block);
  const before = stops.get(language);
  if (before) {
    before.tabIndex = -1;
  }
  block.tabIndex = 0;
  stops.set(language, block);
}

function counterpart(block, language) {
  const row = block.closest(".row");
  const own = [...columnOf(block).querySelectorAll("[data-start]")];
  const others = [...row.querySelectorAll(`[data-language="${language}"] [data-start]`)];
  return others[Math.min(own.indexOf(block), others.length - 1)];
}

function pointAtCounterparts(block) {
  for (const language of fields.keys()) {
    const other = language === languageOf(block) ? block : counterpart(block, language);
    if (other) {
      setStop(other);
    }
  }
}

function neighbour(block, step) {
  const blocks = blocksOf(languageOf(block));
  return blocks[blocks.indexOf(block) + step];
}

function select(range) {
  const selection = getSelection();
  selection.setBaseAndExtent(
    range.startContainer,
    range.startOffset,
    range.endContainer,
    range.endOffset,
  );
  keepInSight(range);
}

function keepInSight(range) {
  const box = range.getBoundingClientRect();
  const margin = 60;
  if (box.top < margin) {
    scrollBy(0, box.top - margin);
  } else if (box.bottom > innerHeight - margin) {
    scrollBy(0, box.bottom - innerHeight + margin);
  }
}

function wordsIn(block) {
  return [...block.textContent.matchAll(WORD)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
  }));
}

function selectWord(block, word) {
  setStop(block);
  block.focus({ preventScroll: true });
  if (word) {
    select(rangeOf(block, word.start, word.end));
  }
}

function stepByWord(block, step) {
  const selection = getSelection();
  const words = wordsIn(block);
  if (!block.contains(selection.anchorNode)) {
    return selectWord(block, step > 0 ? words[0] : words.at(-1));
  }
  const range = selection.getRangeAt(0);
  const start = textBefore(block, range.startContainer, range.startOffset).length;
  const end = block.contains(range.endContainer)
    ? textBefore(block, range.endContainer, range.endOffset).length
    : block.textContent.length;
  const word =
    step > 0
      ? words.find((candidate) => candidate.start >= end)
      : words.findLast((candidate) => candidate.end <= start);
  if (word) {
    return selectWord(block, word);
  }
  return stepByBlock(block, step, step > 0 ? 0 : -1);
}

function stepByBlock(block, step, word = 0) {
  const next = neighbour(block, step);
  if (next) {
    selectWord(next, wordsIn(next).at(word));
  }
}

function extend(block, step, unit) {
  const selection = getSelection();
  if (!block.contains(selection.anchorNode)) {
    stepByWord(block, step);
    return;
  }
  selection.modify("extend", step > 0 ? "forward" : "backward", unit);
  const focus = document.createRange();
  focus.setStart(selection.focusNode, selection.focusOffset);
  keepInSight(focus);
}

function takeByKey(isMoreToCome) {
  const field = take();
  if (!field) {
    return;
  }
  if (isMoreToCome) {
    field.waitForMore(true);
    return;
  }
  const next = [...fields.values()].find((other) => !other.isDone);
  const stop = next && stops.get(next.language);
  getSelection().removeAllRanges();
  (stop || panel.querySelector("[data-similar-source]")).focus();
}

function openMark() {
  const node = getSelection().anchorNode;
  (node instanceof Element ? node : node?.parentElement)?.closest("a.mark")?.click();
}

const KEYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

function onKey(event) {
  const block = event.target.closest?.("[data-start]");
  const isToFollow = event.target !== block && event.key === "Enter" && getSelection().isCollapsed;
  if (!block || isToFollow || event.altKey || event.metaKey) {
    return;
  }
  const step = KEYS[event.key];
  const isAcross = event.key === "ArrowRight" || event.key === "ArrowLeft";
  if (event.key === "Enter" && event.ctrlKey) {
    openMark();
  } else if (event.key === "Enter") {
    takeByKey(event.shiftKey);
  } else if (step && event.shiftKey) {
    extend(block, step, isAcross ? (event.ctrlKey ? "character" : "word") : "line");
  } else if (step && isAcross) {
    stepByWord(block, step);
  } else if (step) {
    stepByBlock(block, step);
  } else {
    return;
  }
  event.preventDefault();
}

// Mouse and touch

let isSelecting = false;

// While one language is being selected, the other beside it stays out of the selection.
function onPointerDown(event) {
  isSelecting = event.pointerType === "mouse" && event.button === 0;
  if (isSelecting && !event.shiftKey) {
    // Pressing on selected words would drag them away instead of selecting some of them.
    getSelection().removeAllRanges();
  }
  const column = columnOf(event.target);
  for (const other of texts.querySelectorAll("[data-language]")) {
    const isOther = column && other.dataset.language !== column.dataset.language;
    other.classList.toggle("unselectable", Boolean(isOther));
  }
}

function onPointerUp() {
  const isSelected = isSelecting;
  isSelecting = false;
  // A click empties the selection only after this event.
  setTimeout(() => {
    if (isSelected) {
      take();
    }
    for (const column of texts.querySelectorAll(".unselectable")) {
      column.classList.remove("unselectable");
    }
  });
}

function start() {
  for (const element of panel.querySelectorAll("[data-words]")) {
    fields.set(element.dataset.words, new Field(element));
  }
  for (const element of document.querySelectorAll(".with-script")) {
    element.hidden = false;
  }
  for (const block of texts.querySelectorAll("[data-start]")) {
    block.tabIndex = -1;
    block.setAttribute("aria-describedby", "reading-help");
  }
  for (const link of texts.querySelectorAll("a.mark")) {
    link.tabIndex = -1;
    link.draggable = false;
  }
  for (const language of fields.keys()) {
    const [first] = blocksOf(language);
    if (first) {
      setStop(first);
    }
  }
  const target = document.querySelector(":target");
  if (blockOf(target)) {
    pointAtCounterparts(blockOf(target));
  }

  texts.addEventListener("keydown", onKey);
  texts.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-start]")) {
      setStop(event.target);
    }
  });
  texts.addEventListener("pointerdown", onPointerDown);
  document.addEventListener("pointerup", onPointerUp);
  texts.addEventListener("click", (event) => {
    if (!getSelection().isCollapsed && event.target.closest("a.mark") && event.isTrusted) {
      event.preventDefault();
    }
  });
  const button = document.querySelector("[data-take]");
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", take);

  panel.addEventListener("change", (event) => chosen.add(event.target.name));
  panel.addEventListener("input", () => {
    isChanged = true;
  });
  panel.addEventListener("submit", () => {
    isChanged = false;
  });
  addEventListener("beforeunload", (event) => isChanged && event.preventDefault());

  showTaken();
  const refusal = panel.querySelector("[role=alert]");
  if (refusal) {
    isChanged = true;
    const [span] = [...fields.values()].flatMap((field) => field.spans);
    span?.block.scrollIntoView({ block: "nearest" });
    refusal.focus({ preventScroll: true });
  }
}

if (panel && texts) {
  start();
}
