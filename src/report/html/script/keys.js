// Addresses of findings, fields, keys.

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
