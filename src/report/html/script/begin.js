// On paper everything that is shown is opened, up to a number; and how the page begins.

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
