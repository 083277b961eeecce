// The page's only script begins here; its files are one, in the order of `page.rs`.
//
// What is known: the rows of data, read into columns, and the findings' own markup. Text from the run enters the page as
// text, never as markup; the one exception is a finding's markup, which the report escaped when it wrote it and which
// the browser would show as it stands were there no script.
'use strict';

const $ = (id) => document.getElementById(id);
const make = (tag, name, text) => {
  const it = document.createElement(tag);
  if (name) it.className = name;
  if (text !== undefined) it.textContent = text;
  return it;
};
const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy('saltlint', { createHTML: (html) => html })
  : { createHTML: (html) => html };
const run = JSON.parse($('run').textContent);
const wide = new Intl.NumberFormat('en');

// Most urgent first. `one` and `many` are the words of the answer.
const GROUPS = [
  { name: 'action-required', sign: '✗', one: 'needs you', many: 'need you' },
  { name: 'review', sign: '?', one: 'to review', many: 'to review' },
  { name: 'blocked', sign: '–', one: 'blocked', many: 'blocked' },
  { name: 'benign', sign: '•', one: 'known change', many: 'known changes' },
  { name: 'false-positive', sign: '○', one: 'false positive', many: 'false positives' },
  { name: 'clean', sign: '✓', one: 'clean', many: 'clean' },
  { name: 'said', sign: '·', one: 'other line', many: 'other lines' },
];
const [CLEAN, SAID] = [5, 6];
const OUTCOMES = ['failed', 'changed', 'would change', 'clean', 'skipped', 'message', 'summary', 'unassigned'];
const say = (count, group) => `${wide.format(count)} ${count === 1 ? GROUPS[group].one : GROUPS[group].many}`;

// Columns, a place for each row; texts that repeat are numbers into `names`.
const names = [''];
const known = new Map([['', 0]]);
const number = (name) => {
  let at = known.get(name);
  if (at === undefined) {
    at = names.push(name) - 1;
    known.set(name, at);
  }
  return at;
};
const group = [], outcome = [], file = [], minion = [], fun = [], sls = [], line = [], id = [], text = [];
const started = [], took = [], name = [], anchor = [], worded = [], cause = [], depth = [], weight = [];
const byAnchor = new Map();
const blockedBy = new Map();
let wordedCount = 0;
for (const chunk of document.querySelectorAll('script.rows')) {
  const { files, minions, functions, sls: slss, texts, rows } = JSON.parse(chunk.textContent);
  const table = (words) => [0, ...words.map(number)];
  const [f, m, n, s] = [files, minions, functions, slss].map(table);
  for (const row of rows) {
    const at = group.length;
    const code = row[0] % 10;
    const urgency = 5 - (row[0] - code) / 10;
    group.push(urgency === CLEAN && code > 4 ? SAID : urgency);
    outcome.push(code);
    file.push(f[row[1]]);
    minion.push(m[row[2]]);
    fun.push(n[row[3]]);
    sls.push(s[row[4]]);
    line.push(row[5]);
    id.push(row[6]);
    // What a text is about stands in it as a mark.
    const said = texts[row[7] - 1];
    text.push(said.includes('\u0001') || said.includes('\u0002')
      ? said.replaceAll('\u0001', () => row[6]).replaceAll('\u0002', () => row[10] || '') : said);
    started.push(row[8]);
    took.push(row[9]);
    name.push(row[10] || '');
    anchor.push(row[11] || '');
    worded.push(row[12] ? wordedCount++ : -1);
    cause.push(row[13] || '');
    depth.push(row[14] || 0);
    weight.push(row[15] || 1);
    if (row[11] && !byAnchor.has(row[11])) byAnchor.set(row[11], at);
    if (row[13]) {
      const list = blockedBy.get(row[13]);
      if (list) list.push(at);
      else blockedBy.set(row[13], [at]);
    }
  }
  chunk.remove();
}
const rows = group.length;
const words = [];
for (const chunk of document.querySelectorAll('noscript.words')) {
  const articles = chunk.textContent.split('<article');
  for (let at = 1; at < articles.length; at++) words.push('<article' + articles[at]);
  chunk.remove();
}

// Equal findings of several minions are one row.
const minionsSeen = new Set(minion);
minionsSeen.delete(0);
const several = minionsSeen.size > 1;
const alike = new Int32Array(rows);
const members = [];
if (several) {
  const keys = new Map();
  for (let at = 0; at < rows; at++) {
    const key = group[at] >= CLEAN ? '' : `${group[at]}\n${fun[at]}\n${id[at]}\n${text[at]}`;
    if (!key) {
      alike[at] = -1;
      continue;
    }
    let to = keys.get(key);
    if (to === undefined) {
      to = members.push([]) - 1;
      keys.set(key, to);
    }
    alike[at] = to;
    members[to].push(at);
  }
} else {
  alike.fill(-1);
}

const place = (at) => (line[at] ? `${names[file[at]] === '-' ? 'stdin' : names[file[at]]}:${line[at]}` : '');
const duration = (ms) => {
  if (ms < 999.5) return `${ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms)} ms`;
  if (ms < 59950) return `${(ms / 1000).toFixed(1)} s`;
  const s = Math.round(ms / 1000);
  return s < 3570 ? `${Math.floor(s / 60)} min ${s % 60} s` : `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60)} min`;
};

// All text of a row in lower case, for the search. Made while nobody waits.
const haystack = new Array(rows);
const ENTITY = { '#60': '<', '#62': '>', '#38': '&', '#34': '"', '#39': "'" };
const hay = (at) => {
  let all = haystack[at];
  if (all === undefined) {
    all = `${id[at]}\n${name[at]}\n${text[at]}\n${names[fun[at]]}\n${names[minion[at]]}\n${names[sls[at]]}\n${place(at)}`;
    if (worded[at] >= 0) {
      const plain = words[worded[at]].replace(/<[^>]*>/g, ' ');
      all += plain.replace(/&(#\d\d);/g, (all, code) => ENTITY[code] || all);
    }
    haystack[at] = all = all.toLowerCase();
  }
  return all;
};
