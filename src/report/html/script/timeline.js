// The timeline: a lane for each minion, states as bars over time.

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
    row.append(make('span', it.said || it.doubt ? 'lane-said' : 'lane-said quiet', it.said || (it.doubt ? 'cut off' : 'no times are shown')));
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
  $('lanes-more').textContent = more > 0 ? `Show all ${wide.format(lanes.length)} ${files.size > 1 ? 'runs' : 'minions'}` : 'Show fewer';
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
