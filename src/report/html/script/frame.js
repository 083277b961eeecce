// Around the list: title, icon, light and dark.

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
