// What is shown: verdicts, fields, the order, and how many are left.

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
