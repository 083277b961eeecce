// The list: only what is in sight is there, and what is open below a row.

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
