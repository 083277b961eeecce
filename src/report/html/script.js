// The page's only script: reads the rows of data, draws the list (only what is in sight), the timeline and the sums.
// Text from the run enters the page as text, never as markup; the one exception is a finding's own markup, which the
// report escaped when it wrote it and which the browser would show as it stands were there no script.
'use strict';
(() => {
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

  // ---- What is known ---------------------------------------------------------------------------------------------

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

  // ---- The frame -------------------------------------------------------------------------------------------------

  const main = $('main');
  const findings = $('findings');
  main.prepend($('answer'), $('time'));
  findings.append($('shell').content.cloneNode(true));
  document.title = `${run.word}: ${run.text.replace(/\.$/, '')} · saltlint`;
  const files = new Set(file);
  files.delete(0);
  $('source').textContent = [...files].slice(0, 2).map((at) => names[at] === '-' ? 'standard input' : names[at]).join(', ') +
    (files.size > 2 ? ` and ${files.size - 2} more` : '');
  $('source').title = $('source').textContent;
  $('tools').hidden = false;
  const dot = { alarm: '%23c0392b', note: '%23b7791f', fine: '%232f855a' }[run.tone];
  $('icon').href = `data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="${dot}"/></svg>`;

  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const store = { // A page from a file may have no storage.
    get: () => { try { return localStorage.getItem('saltlint-theme'); } catch { return null; } },
    set: (theme) => { try { localStorage.setItem('saltlint-theme', theme); } catch { /* then not */ } },
  };
  const isDark = () => (root.dataset.theme || (dark.matches ? 'dark' : 'light')) === 'dark';
  const themed = () => {
    $('theme').textContent = isDark() ? 'Light' : 'Dark';
    $('theme').setAttribute('aria-label', `Switch to ${isDark() ? 'light' : 'dark'} colours`);
    colored = null;
    paintAll();
  };
  if (['dark', 'light'].includes(store.get())) root.dataset.theme = store.get();
  $('theme').addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    store.set(root.dataset.theme);
    themed();
  });
  dark.addEventListener('change', themed);
  $('help-open').addEventListener('click', () => $('help').showModal());

  // ---- What is shown ---------------------------------------------------------------------------------------------

  const list = $('list');
  const shown = GROUPS.map(() => false);
  const startWith = () => {
    const present = GROUPS.map((_, at) => group.includes(at));
    shown.fill(false);
    shown[0] = shown[1] = true;
    // Where nothing needs anybody, what changed is the news.
    if (!present[0] && !present[1]) shown[2] = shown[3] = shown[4] = true;
  };
  startWith();

  const chips = GROUPS.map((it, at) => {
    const chip = make('button', `chip ${it.name}`);
    chip.type = 'button';
    chip.append(make('span', 'sign', it.sign), make('span', 'many'));
    chip.firstChild.setAttribute('aria-hidden', 'true');
    chip.addEventListener('click', () => {
      shown[at] = !shown[at];
      apply();
    });
    $('verdicts').append(chip);
    return chip;
  });
  const tally = (column) => {
    const counts = new Map();
    for (let at = 0; at < rows; at++) if (column[at]) counts.set(column[at], (counts.get(column[at]) || 0) + 1);
    return [...counts].sort((a, b) => (names[a[0]] < names[b[0]] ? -1 : 1));
  };
  const choices = (select, column) => {
    for (const [which, count] of tally(column)) {
      const option = make('option', '', `${names[which]} (${wide.format(count)})`);
      option.value = which;
      select.append(option);
    }
    select.closest('label').hidden = select.options.length < 3;
  };
  choices($('minion'), minion);
  choices($('function'), fun);

  let view = [];
  const open = new Map(); // Row to the height of what is open below it.
  let selected = -1;
  let filtered = false;

  const matches = (at, query, ofMinion, ofFunction) =>
    (!ofMinion || minion[at] === ofMinion) && (!ofFunction || fun[at] === ofFunction) &&
    query.every((word) => hay(at).includes(word));

  const representative = []; // Of equal rows, the one that is shown.
  function apply() {
    const query = $('query').value.toLowerCase().split(/\s+/).filter(Boolean);
    const [ofMinion, ofFunction] = [Number($('minion').value), Number($('function').value)];
    const order = $('order').value;
    const counts = GROUPS.map(() => 0);
    const buckets = GROUPS.map(() => []);
    const all = [];
    const had = new Uint8Array(members.length);
    let states = 0;
    for (let at = 0; at < rows; at++) {
      if (!matches(at, query, ofMinion, ofFunction)) continue;
      const to = group[at];
      counts[to] += weight[at];
      if (!shown[to]) continue;
      states += weight[at];
      const same = alike[at];
      let row = at;
      if (same >= 0 && !ofMinion) {
        if (had[same]) continue;
        had[same] = 1;
        const wanted = representative[same];
        if (wanted !== undefined && matches(wanted, query, ofMinion, ofFunction)) row = wanted;
      }
      if (order === 'urgent') buckets[to].push(row);
      else all.push(row);
    }
    view = order === 'urgent' ? [].concat(...buckets) : all;
    if (order === 'slow') view.sort((a, b) => took[b] - took[a]);
    filtered = Boolean(query.length || ofMinion || ofFunction);
    $('reset').hidden = !filtered;
    GROUPS.forEach((it, at) => {
      const chip = chips[at];
      chip.hidden = !total[at];
      chip.setAttribute('aria-pressed', shown[at]);
      chip.lastChild.textContent = say(counts[at], at);
    });
    const of = total.reduce((sum, count) => sum + count, 0);
    $('count').textContent = states === of ? `All ${wide.format(of)} shown` : `${wide.format(states)} of ${wide.format(of)} shown` +
      (view.length < states ? `, equal ones together in ${wide.format(view.length)} rows` : '');
    fold(counts);
    for (const lane of lanes) lane.button?.setAttribute('aria-pressed', lane.minion === ofMinion);
    $('minion').classList.toggle('set', ofMinion > 0);
    $('function').classList.toggle('set', ofFunction > 0);
    layout();
    draw(true);
  }
  const total = GROUPS.map(() => 0);
  for (let at = 0; at < rows; at++) total[group[at]] += weight[at];

  // What is there and not shown, below the list.
  function fold(counts) {
    const below = $('folded');
    below.replaceChildren();
    if (!view.length) {
      const nothing = filtered ? 'Nothing here matches.' : run.tone === 'fine' ? 'Nothing needs you.' : 'Nothing is shown.';
      below.append(make('span', 'nothing', nothing), ' ');
    }
    const folded = GROUPS.map((_, at) => at).filter((at) => !shown[at] && counts[at]);
    if (folded.length) {
      below.append('Folded: ');
      for (const at of folded) {
        const button = make('button', `chip ${GROUPS[at].name}`, `show ${say(counts[at], at)}`);
        button.type = 'button';
        button.addEventListener('click', () => {
          shown[at] = true;
          apply();
        });
        below.append(button, ' ');
      }
    }
  }

  // ---- The list: only what is in sight is there -------------------------------------------------------------------

  const MOST = 15e6; // Pixels; browsers end a page somewhere behind that.
  let height = 48;
  let tops = []; // [position in the view, height below it], of open rows.
  const nodes = new Map();

  function layout() {
    height = parseFloat(getComputedStyle(list).getPropertyValue('--row')) || 48;
    if (view.length * height > MOST) view.length = Math.floor(MOST / height);
    tops = [];
    if (open.size) view.forEach((row, at) => open.has(row) && tops.push([at, open.get(row)]));
    list.style.height = `${topOf(view.length)}px`;
    list.hidden = !view.length;
  }
  const topOf = (at) => {
    let top = at * height;
    for (const [position, more] of tops) {
      if (position >= at) break;
      top += more;
    }
    return top;
  };
  const atTop = (y) => {
    let before = 0;
    for (const [position, more] of tops) {
      const end = (position + 1) * height + before + more;
      if (y < (position + 1) * height + before) break;
      if (y < end) return position;
      before += more;
    }
    return Math.floor((y - before) / height);
  };

  const sizes = new ResizeObserver((entries) => {
    let changed = false;
    for (const { target } of entries) {
      const row = Number(target.dataset.row);
      const tall = target.offsetHeight - height;
      if (open.has(row) && target.isConnected && open.get(row) !== tall) {
        open.set(row, tall);
        changed = true;
      }
    }
    if (changed) {
      layout();
      draw(false);
    }
  });

  function draw(fresh) {
    const top = list.getBoundingClientRect().top;
    const first = Math.max(0, atTop(-top - 400));
    const last = Math.min(view.length - 1, atTop(innerHeight - top + 400));
    const keep = new Set();
    for (let at = first; at <= last; at++) keep.add(view[at]);
    // What has the focus stays, wherever it has been scrolled to.
    const focused = document.activeElement && document.activeElement.closest('li.item');
    const focusedRow = focused ? Number(focused.dataset.row) : -1;
    for (const [row, node] of nodes) {
      if (!keep.has(row) && (row !== focusedRow || fresh)) {
        node.remove();
        nodes.delete(row);
      }
    }
    let previous = null;
    for (let at = first; at <= last; at++) {
      const row = view[at];
      let node = nodes.get(row);
      if (!node) {
        node = item(row);
        nodes.set(row, node);
      }
      // In the order of the list also for those who hear it.
      if (previous ? previous.nextSibling !== node : list.firstChild !== node) {
        if (node.contains(document.activeElement)) { /* moving it would lose the focus */ } else if (previous) previous.after(node);
        else list.prepend(node);
      }
      previous = node;
      node.style.transform = `translateY(${topOf(at)}px)`;
      node.setAttribute('aria-posinset', at + 1);
      node.setAttribute('aria-setsize', view.length);
    }
  }

  // A row, and what is open below it.
  function item(row) {
    const it = GROUPS[group[row]];
    const node = make('li', `item ${it.name}`);
    node.dataset.row = row;
    const button = make('button', 'row');
    button.type = 'button';
    const sign = make('span', 'sign', it.sign);
    sign.setAttribute('aria-hidden', 'true');
    const what = [names[fun[row]], id[row]].filter(Boolean).join('  ');
    const isState = outcome[row] < 5;
    const quiet = group[row] === CLEAN;
    const head = quiet ? id[row] || text[row] : text[row] || id[row] || names[fun[row]];
    const sub = quiet ? [names[fun[row]], outcome[row] === 4 ? 'skipped' : '', text[row]].filter(Boolean).join('  ')
      : isState ? what : names[fun[row]] + (id[row] ? `  ${id[row]}` : '');
    button.append(sign, make('span', 'unseen', `${it.name.replace('-', ' ')}: `), make('span', 'head', head), make('span', 'sub', sub));
    const side = make('span', 'side');
    const same = alike[row] >= 0 && !Number($('minion').value) ? members[alike[row]].length : 1;
    if (blockedBy.has(anchor[row])) side.append(make('span', 'badge', `blocks ${wide.format(blockedBy.get(anchor[row]).length)}`));
    if (several && minion[row]) {
      const who = make('span', 'who', names[minion[row]]);
      if (same > 1) who.append(make('b', '', ` and ${wide.format(same - 1)} more`));
      side.append(who);
    }
    if (took[row]) side.append(make('span', 'took', duration(took[row])));
    button.append(side);
    button.setAttribute('aria-expanded', open.has(row));
    button.addEventListener('click', () => toggle(row));
    button.addEventListener('focus', () => select(row));
    // As an accordion: what opens a row is its heading.
    const heading = make('h3');
    heading.append(button);
    node.append(heading);
    node.button = button;
    if (row === selected) node.classList.add('selected');
    if (open.has(row)) {
      node.append(detail(row));
      sizes.observe(node);
    }
    return node;
  }

  function detail(row) {
    const box = make('div', 'detail');
    if (worded[row] >= 0) {
      const holder = document.createElement('template');
      holder.innerHTML = policy.createHTML(words[worded[row]]);
      box.append(holder.content);
    } else {
      box.append(bare(row));
    }
    const article = box.firstElementChild;
    const blocked = blockedBy.get(anchor[row]);
    if (blocked) article.prepend(links('Not run because of it: ', blocked, (at) => id[at] || names[fun[at]]));
    if (alike[row] >= 0 && members[alike[row]].length > 1) {
      const others = members[alike[row]].filter((at) => at !== row);
      article.prepend(links('The same on: ', others, (at) => (files.size > 1 || !minion[at] ? `${names[minion[at]]} ${place(at)}`.trim() : names[minion[at]])));
    }
    return box;
  }

  function links(before, to, label) {
    const line = make('p', 'links', before);
    to.slice(0, 24).forEach((at, number) => {
      const link = make('a', '', label(at));
      link.href = `#${address(at)}`;
      line.append(number ? ', ' : '', link);
    });
    if (to.length > 24) line.append(` and ${wide.format(to.length - 24)} more`);
    return line;
  }

  // What is known of a row that was not written in words.
  function bare(row) {
    const article = make('article', 'finding');
    article.id = address(row);
    if (group[row] < CLEAN) {
      article.append(make('p', 'aside', `To keep this page light the details of this one are left out. They stand at ${place(row)}.`));
    }
    const color = ['red', 'cyan', 'yellow'][outcome[row]] || 'green';
    const block = make('pre', `salt ${color}`);
    const field = (label, value) => value && block.append(`    ${label} ${value}\n`);
    if (outcome[row] < 5) {
      block.append('----------\n');
      field('      ID:', id[row]);
      field('Function:', names[fun[row]]);
      field('    Name:', name[row]);
      field('  Result:', ['False', 'True', 'None', 'True', 'True'][outcome[row]]);
      field(' Comment:', text[row]);
      field(' Started:', started[row] >= 0 ? clock(started[row], 1) : '');
      field('Duration:', took[row] ? `${took[row]} ms` : '');
    } else {
      block.append(text[row]);
    }
    block.tabIndex = 0;
    article.append(block);
    const facts = make('dl', 'facts');
    for (const [label, value] of [['minion', names[minion[row]]], ['sls', names[sls[row]]], ['stands at', place(row)]]) {
      if (!value) continue;
      const fact = make('div');
      const shown = make('dd', '', label === 'stands at' ? undefined : value);
      if (label === 'stands at') {
        const link = make('a', '', value);
        link.href = `#${address(row)}`;
        shown.append(link);
      }
      fact.append(make('dt', '', label), shown);
      facts.append(fact);
    }
    article.append(facts);
    return article;
  }

  function toggle(row, wanted = !open.has(row)) {
    if (wanted === open.has(row)) return;
    const node = nodes.get(row);
    if (wanted) open.set(row, 0);
    else open.delete(row);
    if (node) {
      node.button.setAttribute('aria-expanded', wanted);
      if (wanted) {
        node.append(detail(row));
        open.set(row, node.offsetHeight - height);
        sizes.observe(node);
      } else {
        sizes.unobserve(node);
        node.lastChild.remove();
      }
    }
    layout();
    draw(false);
  }

  function select(row) {
    if (nodes.has(selected)) nodes.get(selected).classList.remove('selected');
    selected = row;
    if (nodes.has(row)) nodes.get(row).classList.add('selected');
  }

  // Brings a row into sight; `focus` where a person asked for it.
  function reveal(row, focus, top) {
    const at = view.indexOf(row);
    if (at < 0) return;
    const bar = getComputedStyle($('filters')).position === 'sticky' ? $('filters').offsetHeight : 0;
    const y = list.getBoundingClientRect().top + topOf(at);
    const tall = height + (open.get(row) || 0);
    if (top || y < bar + 8) scrollBy(0, y - bar - 12);
    else if (y + Math.min(tall, innerHeight / 2) > innerHeight - 12) scrollBy(0, Math.min(y - bar - 12, y + tall - innerHeight + 24));
    draw(false);
    select(row);
    if (focus && nodes.has(row)) nodes.get(row).button.focus({ preventScroll: true });
  }

  function step(by) {
    if (!view.length) return;
    let at = view.indexOf(selected);
    at = at < 0 ? (by > 0 ? Math.max(0, Math.min(view.length - 1, atTop(-list.getBoundingClientRect().top))) : view.length - 1) : at + by;
    if (at >= 0 && at < view.length) reveal(view[at], true, false);
  }

  // ---- Addresses -------------------------------------------------------------------------------------------------

  const address = (row) => anchor[row] || `s${row + 1}`;
  const rowAt = (name) => byAnchor.get(name) ?? (/^s\d+$/.test(name) && Number(name.slice(1)) <= rows ? Number(name.slice(1)) - 1 : -1);

  function goTo(row) {
    shown[group[row]] = true;
    if (alike[row] >= 0) representative[alike[row]] = row;
    apply();
    if (!view.includes(row)) {
      clearFields();
      apply();
    }
    open.has(row) || open.set(row, 0);
    nodes.get(row)?.remove();
    nodes.delete(row);
    layout();
    reveal(row, true, true);
    requestAnimationFrame(() => reveal(row, false, true));
  }
  const follow = () => {
    const row = rowAt(decodeURIComponent(location.hash.slice(1)));
    if (row >= 0) goTo(row);
    return row >= 0;
  };
  addEventListener('hashchange', follow);
  document.addEventListener('click', (event) => {
    const link = event.target.closest && event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash && rowAt(link.hash.slice(1)) >= 0) {
      event.preventDefault();
      follow();
    }
  });

  // ---- Fields and keys -------------------------------------------------------------------------------------------

  const clearFields = () => { $('query').value = $('minion').value = $('function').value = ''; };
  let soon = 0;
  $('query').addEventListener('input', () => {
    cancelAnimationFrame(soon);
    soon = requestAnimationFrame(apply);
  });
  for (const field of ['minion', 'function', 'order']) $(field).addEventListener('change', apply);
  $('filters').addEventListener('submit', (event) => event.preventDefault());
  $('filters').addEventListener('reset', (event) => {
    event.preventDefault();
    clearFields();
    apply();
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $('help').open) return;
    const typing = event.target.closest && event.target.closest('input, select, textarea');
    if (event.key === 'Escape') {
      if (event.target === $('query') && $('query').value) {
        $('query').value = '';
        apply();
      } else if (typing) {
        event.target.blur();
      } else if (open.has(selected) && view.includes(selected)) {
        toggle(selected, false);
        reveal(selected, true, false);
      } else if (filtered) {
        clearFields();
        apply();
      } else {
        return;
      }
      event.preventDefault();
      return;
    }
    if (event.target === $('query') && (event.key === 'Enter' || event.key === 'ArrowDown')) {
      event.preventDefault();
      if (view.length) reveal(view[0], true, false);
      return;
    }
    if (typing) return;
    const inRow = event.target.closest && event.target.closest('button, a, summary, [tabindex="0"]');
    if (event.key === '/') $('query').focus();
    else if (event.key === '?') $('help').showModal();
    else if (event.key === 'j') step(1);
    else if (event.key === 'k') step(-1);
    else if (event.key === 'Enter' && !inRow && view.includes(selected)) toggle(selected);
    else return;
    event.preventDefault();
  });

  // ---- The timeline ----------------------------------------------------------------------------------------------

  const DAY = 864e5;
  const LANES = innerWidth < 760 ? 4 : 8;
  const DEEP = 4; // So many states at once are drawn below each other.
  const lanes = [];
  let aligned = false;
  const clock = (ms, digits = 0) => {
    const t = ((ms % DAY) + DAY) % DAY;
    const two = (n) => String(Math.floor(n)).padStart(2, '0');
    return `${two(t / 36e5)}:${two((t / 6e4) % 60)}:${two((t / 1000) % 60)}${digits ? `.${String(Math.floor(t % 1000)).padStart(3, '0')}` : ''}`;
  };

  const timed = [];
  let reference = -1;
  (() => {
    const of = new Map();
    for (let at = 0; at < rows; at++) {
      if (outcome[at] > 4 && !(minion[at] && group[at] < CLEAN)) continue;
      // Another input is another run.
      const key = files.size > 1 ? `${minion[at]} ${file[at]}` : minion[at];
      let lane = of.get(key);
      if (!lane) {
        lane = { minion: minion[at], file: file[at], rows: [], counts: GROUPS.map(() => 0), said: '', from: Infinity, to: -Infinity };
        of.set(key, lane);
        lanes.push(lane);
      }
      lane.counts[group[at]] += weight[at];
      if (outcome[at] > 4) {
        lane.said ||= text[at];
        continue;
      }
      if (started[at] < 0) continue;
      if (reference < 0) reference = started[at];
      // No date is printed: a run over midnight goes on behind it.
      let time = started[at];
      if (time < reference - DAY / 2) time += DAY;
      else if (time > reference + DAY / 2) time -= DAY;
      lane.rows.push({ at, from: time, to: time + Math.max(took[at], 0), deep: 0 });
      lane.from = Math.min(lane.from, time);
      lane.to = Math.max(lane.to, time + took[at]);
      timed.push(at);
    }
    for (const lane of lanes) {
      // Salt runs states one after the other unless they are `parallel`: those go below each other.
      lane.rows.sort((a, b) => a.from - b.from);
      const ends = [];
      for (const bar of lane.rows) {
        let deep = ends.findIndex((end) => end <= bar.from + 1);
        if (deep < 0) deep = ends.length < DEEP ? ends.length : DEEP - 1;
        ends[deep] = Math.max(ends[deep] ?? -Infinity, bar.to);
        bar.deep = deep;
      }
      lane.deep = Math.max(1, ends.length);
      lane.worst = lane.counts.findIndex((count, at) => count && at < SAID);
      if (lane.worst < 0) lane.worst = CLEAN;
      lane.doubt = run.doubtful.includes(names[lane.minion]);
    }
    lanes.sort((a, b) => a.worst - b.worst || b.doubt - a.doubt || b.counts[0] - a.counts[0]);
  })();
  const longest = lanes.reduce((most, lane) => Math.max(most, lane.to - lane.from), 0);
  const spread = () => {
    const from = Math.min(...lanes.map((lane) => lane.from)), to = Math.max(...lanes.map((lane) => lane.to));
    return { from, to };
  };
  const hasTimes = timed.length > 0 && longest > 0;
  // Clocks and time zones differ, and batches wait: then each minion from its own start.
  if (hasTimes && spread().to - spread().from > 4 * longest) aligned = true;

  const tip = make('div', 'tip');
  tip.hidden = true;
  document.body.append(tip);

  function scale() {
    const { from, to } = aligned ? { from: 0, to: longest } : spread();
    return { from, span: Math.max(1, to - from) };
  }
  const shift = (lane) => (aligned && lane.from < Infinity ? lane.from : 0);

  function lane(it) {
    const row = make('div', 'lane');
    const button = make('button', 'lane-name');
    button.type = 'button';
    const sign = make('span', `sign ${GROUPS[it.worst].name}`, GROUPS[it.worst].sign);
    sign.setAttribute('aria-hidden', 'true');
    const input = names[it.file] === '-' ? 'standard input' : names[it.file];
    const label = !it.minion ? input : files.size > 1 ? `${names[it.minion]}  ${input.split('/').pop()}` : names[it.minion];
    button.append(sign, make('span', 'lane-label', label));
    const told = GROUPS.map((_, at) => at).filter((at) => at < SAID && it.counts[at]).map((at) => say(it.counts[at], at)).join(', ');
    button.title = `${label}: ${told}`;
    button.setAttribute('aria-label', `${label}: ${told}. Show only this minion`);
    button.setAttribute('aria-pressed', 'false');
    button.disabled = !it.minion || !several;
    button.addEventListener('click', () => {
      $('minion').value = Number($('minion').value) === it.minion ? '' : it.minion;
      apply();
    });
    it.button = button;
    row.append(button);
    if (it.rows.length) {
      const canvas = make('canvas');
      canvas.setAttribute('aria-hidden', 'true');
      it.canvas = canvas;
      const under = (event) => {
        const box = canvas.getBoundingClientRect();
        const [x, y] = [event.clientX - box.left, event.clientY - box.top];
        let best = null;
        for (const bar of it.drawn || []) {
          if (y < bar.y - 3 || y > bar.y + bar.h + 3) continue;
          const off = x < bar.x ? bar.x - x : x > bar.x + bar.w ? x - bar.x - bar.w : 0;
          if (off <= 4 && (!best || off < best.off || (off === best.off && group[bar.row] < group[best.bar.row]))) best = { bar, off };
        }
        return best && best.bar;
      };
      canvas.addEventListener('mousemove', (event) => {
        const bar = under(event);
        tip.hidden = !bar;
        canvas.classList.toggle('over', Boolean(bar));
        if (!bar) return;
        const row = bar.row;
        tip.replaceChildren(make('b', '', `${names[fun[row]]}  ${id[row] || text[row]}`),
          make('span', '', `${OUTCOMES[outcome[row]]} · ${duration(took[row])} · from ${clock(started[row])}`));
        const left = Math.min(event.clientX + 12, innerWidth - tip.offsetWidth - 8);
        tip.style.transform = `translate(${Math.max(8, left)}px, ${event.clientY + 16}px)`;
      });
      canvas.addEventListener('mouseleave', () => { tip.hidden = true; });
      canvas.addEventListener('click', (event) => {
        const bar = under(event);
        if (bar) location.hash = address(bar.row);
      });
      visible.observe(canvas);
      row.append(canvas);
    } else {
      row.append(make('span', 'lane-said', it.said || (it.doubt ? 'cut off' : 'no times are shown')));
    }
    return row;
  }

  const visible = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const it = lanes.find((lane) => lane.canvas === target);
      if (!it) continue;
      it.near = isIntersecting;
      if (isIntersecting) paint(it);
    }
  }, { rootMargin: '200px' });
  const widths = new ResizeObserver(() => paintAll());

  // A canvas does not know the style sheet's variables: an element out of sight is asked for their colours.
  let colored = null;
  function palette() {
    if (!colored) {
      const probe = make('i');
      probe.hidden = true;
      document.body.append(probe);
      const resolved = (name) => {
        probe.style.color = `var(${name})`;
        return getComputedStyle(probe).color;
      };
      colored = { bars: GROUPS.map((g) => resolved(`--bar-${g.name}`)), ink: GROUPS.map((g) => resolved(`--on-${g.name}`)) };
      probe.remove();
    }
    return colored;
  }

  function paintAll() {
    for (const it of lanes) if (it.near) paint(it);
  }

  function paint(it) {
    const { canvas } = it;
    const width = canvas.clientWidth;
    if (!width) return;
    const { bars: colors, ink } = palette();
    const few = lanes.length < 4;
    const tall = it.deep > 1 ? (few ? 16 : 9) : few ? 24 : 16;
    const full = it.deep * (tall + 2) + 2;
    const ratio = devicePixelRatio || 1;
    canvas.style.height = `${full}px`;
    canvas.width = width * ratio;
    canvas.height = full * ratio;
    const brush = canvas.getContext('2d');
    brush.scale(ratio, ratio);
    brush.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    brush.textBaseline = 'middle';
    const { from, span } = scale();
    it.drawn = it.rows.map((bar) => {
      const x = ((bar.from - shift(it) - from) / span) * width;
      const w = Math.max(2, ((bar.to - bar.from) / span) * width - 0.5);
      return { row: bar.at, x: Math.min(x, width - 2), y: 1 + bar.deep * (tall + 2), w, h: tall };
    });
    // The urgent last, so that nothing hides them.
    for (const bar of [...it.drawn].sort((a, b) => group[b.row] - group[a.row])) {
      const g = group[bar.row];
      brush.fillStyle = colors[g];
      const wide = g < 2 ? Math.max(bar.w, 4) : bar.w;
      brush.beginPath();
      brush.roundRect(bar.x, bar.y, wide, bar.h, Math.min(3, wide / 2));
      brush.fill();
      if (bar.w > 30 && bar.h > 12) {
        const fits = (label) => brush.measureText(label).width < bar.w - 12;
        const label = [`${names[fun[bar.row]]}  ${id[bar.row]}`, names[fun[bar.row]], names[fun[bar.row]].split('.')[0]].find(fits);
        brush.fillStyle = ink[g];
        if (label) brush.fillText(label, bar.x + 6, bar.y + bar.h / 2 + 0.5);
      }
    }
  }

  function ruler() {
    const row = make('div', 'lane ruler');
    row.setAttribute('aria-hidden', 'true');
    const marks = make('div', 'marks');
    const { from, span } = scale();
    const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 144e5];
    const few = innerWidth < 700 ? 3 : 7;
    const step = steps.find((it) => span / it <= few) || 288e5;
    for (let time = Math.ceil(from / step) * step; time <= from + span * (few < 4 ? 0.75 : 0.93); time += step) {
      const mark = make('span', '', aligned ? (time ? `+${duration(time)}` : '0') : clock(time, step < 1000 ? 1 : 0));
      mark.style.left = `${((time - from) / span) * 100}%`;
      marks.append(mark);
    }
    row.append(make('span'), marks);
    return row;
  }

  let most = LANES;
  function timeline() {
    const box = $('lanes');
    box.replaceChildren(ruler(), ...lanes.slice(0, most).map(lane));
    const more = lanes.length - most;
    $('lanes-more').hidden = lanes.length <= LANES;
    $('lanes-more').textContent = more > 0 ? `Show all ${wide.format(lanes.length)} minions` : 'Show fewer';
    box.classList.toggle('many', most > LANES);
    $('align').hidden = lanes.filter((it) => it.rows.length).length < 2;
    $('align').textContent = aligned ? 'By the clock' : 'From each start';
  }
  // Without times the minions are still worth a look where there are several.
  if (hasTimes || lanes.length > 1) {
    $('time').hidden = false;
    if (!hasTimes) $('time').querySelector('h2').textContent = 'Minions';
    for (const [at, it] of GROUPS.entries()) {
      if (at >= SAID || !timed.some((row) => group[row] === at)) continue;
      const entry = make('span', `key ${it.name}`);
      entry.append(make('i'), it.many);
      $('legend').append(entry);
    }
    $('lanes-more').addEventListener('click', () => {
      most = most > LANES ? LANES : lanes.length;
      timeline();
      apply();
    });
    $('align').addEventListener('click', () => {
      aligned = !aligned;
      timeline();
      apply();
    });
    timeline();
    widths.observe($('lanes'));
  }

  // ---- Where the time went ---------------------------------------------------------------------------------------

  (() => {
    // A step of an orchestration takes as long as what it runs: that counts, and not the step.
    const nested = depth.some((deep) => deep > 0);
    const counts = (at) => outcome[at] < 5 && took[at] > 0 && !(nested && !depth[at] && names[fun[at]].startsWith('salt.'));
    const sum = (column) => {
      const sums = new Map();
      for (let at = 0; at < rows; at++) if (counts(at) && column[at]) sums.set(column[at], (sums.get(column[at]) || 0) + took[at]);
      return [...sums].sort((a, b) => b[1] - a[1]);
    };
    const functions = sum(fun);
    const all = functions.reduce((total, [, ms]) => total + ms, 0);
    if (!all) return;
    $('where').hidden = false;
    $('time').hidden = false;
    const share = (ms) => `${Math.round((ms / all) * 100)} %`;
    $('where-brief').textContent = functions.slice(0, 3).map(([it, ms]) => `${names[it]} ${share(ms)}`).join(', ');
    const table = (title, entries, label, does) => {
      if (!entries.length) return;
      const box = make('section', 'sum');
      box.append(make('h3', '', title));
      const bars = make('ol');
      for (const [it, ms] of entries.slice(0, 8)) {
        const entry = make('li');
        const button = make(does ? 'button' : 'span', 'sum-row');
        if (does) {
          button.type = 'button';
          button.addEventListener('click', () => does(it));
        }
        const bar = make('span', 'sum-bar');
        bar.style.width = `${Math.max(0.5, (ms / entries[0][1]) * 100)}%`;
        button.append(make('span', 'sum-label', label(it)), make('span', 'sum-ms', duration(ms)), bar);
        entry.append(button);
        bars.append(entry);
      }
      box.append(bars);
      $('sums').append(box);
    };
    table('By function', functions, (it) => names[it], (it) => {
      $('function').value = it;
      GROUPS.forEach((_, at) => { shown[at] = shown[at] || at < SAID; });
      apply();
      findings.scrollIntoView();
    });
    table('By SLS', sum(sls), (it) => names[it]);
    const slowest = [];
    for (let at = 0; at < rows; at++) {
      if (!counts(at) || (slowest.length === 8 && took[at] <= slowest[7][1])) continue;
      slowest.push([at, took[at]]);
      slowest.sort((a, b) => b[1] - a[1]);
      slowest.length = Math.min(8, slowest.length);
    }
    table('Slowest states', slowest, (at) => `${names[fun[at]]}  ${id[at]}${several && minion[at] ? `  (${names[minion[at]]})` : ''}`, (at) => {
      location.hash = address(at);
    });
  })();

  // ---- Paper: everything that is shown, opened, up to a number --------------------------------------------------

  const PAPER = 300;
  addEventListener('beforeprint', () => {
    list.classList.add('paper');
    list.replaceChildren(...view.slice(0, PAPER).map((row) => {
      const node = item(row);
      if (!open.has(row) && group[row] < CLEAN) node.append(detail(row));
      return node;
    }));
    if (view.length > PAPER) list.append(make('li', 'aside', `… and ${wide.format(view.length - PAPER)} more`));
    for (const block of list.querySelectorAll('details')) block.open = false;
  });
  addEventListener('afterprint', () => {
    list.classList.remove('paper');
    list.replaceChildren();
    nodes.clear();
    layout();
    draw(true);
  });

  // ---- Begin -----------------------------------------------------------------------------------------------------

  // Few findings that need someone are open from the start.
  const urgent = [];
  for (let at = 0; at < rows && urgent.length < 4; at++) if (group[at] === 0) urgent.push(at);
  if (urgent.length < 4) urgent.forEach((at) => (alike[at] < 0 || members[alike[at]][0] === at) && open.set(at, 0));
  let ticking = false;
  addEventListener('scroll', () => {
    if (ticking) return;
    ticking = true;
    requestAnimationFrame(() => {
      ticking = false;
      draw(false);
    });
  }, { passive: true });
  addEventListener('resize', () => {
    layout();
    draw(false);
  });
  themed();
  apply();
  follow();
  let next = 0;
  const idle = window.requestIdleCallback || ((work) => setTimeout(() => work({ timeRemaining: () => 8 }), 50));
  const prepare = (deadline) => {
    while (next < rows && deadline.timeRemaining() > 2) for (let many = 0; many < 200 && next < rows; many++) hay(next++);
    if (next < rows) idle(prepare);
  };
  idle(prepare);
  root.dataset.ready = '';
})();
