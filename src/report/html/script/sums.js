// Where the time went.

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
