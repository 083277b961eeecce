// Runs that no fixture holds, as Salt prints them: a fleet with a dead minion, a clean run, a hostile one, a large one.

const pad = (number, digits = 2) => String(number).padStart(digits, '0');
const clock = (ms) => `${pad(Math.floor(ms / 36e5) % 24)}:${pad(Math.floor(ms / 6e4) % 60)}:${pad(Math.floor(ms / 1e3) % 60)}.${pad(Math.floor(ms % 1e3), 3)}000`;

function block({ id, fun, name, result = 'True', comment, started, took, changes = [] }) {
  const lines = ['----------', `          ID: ${id}`, `    Function: ${fun}`];
  if (name) lines.push(`        Name: ${name}`);
  lines.push(`      Result: ${result}`, ...`     Comment: ${comment}`.split('\n').map((line, at) => (at ? ' '.repeat(14) + line : line)));
  lines.push(`     Started: ${clock(started)}`, `    Duration: ${took} ms`, '     Changes:   ');
  lines.push(...changes.map((line) => ' '.repeat(14) + line));
  return lines.join('\n');
}

function minion(name, states) {
  const failed = states.filter((state) => state.result === 'False').length;
  const changed = states.filter((state) => (state.changes || []).length).length;
  const time = states.reduce((sum, state) => sum + state.took, 0);
  return [`${name}:`, ...states.map(block), '', `Summary for ${name}`, '------------',
    `Succeeded: ${states.length - failed}${changed ? ` (changed=${changed})` : ''}`, `Failed:    ${failed}`, '------------',
    `Total states run:     ${states.length}`, `Total run time:  ${(time / 1000).toFixed(3)} s`, ''].join('\n');
}

const diff = (...lines) => ['----------', 'diff:', '    --- ', '    +++ ', ...lines.map((line) => `    ${line}`)];

/** States one after the other, from `start` on. */
function after(start, states) {
  let time = start;
  return states.map((state) => {
    const started = time;
    time += state.took + 3;
    return { ...state, started };
  });
}

export function fleet() {
  const parts = [];
  for (let number = 1; number <= 40; number++) {
    const name = `${number <= 28 ? 'web' : 'db'}${pad(number)}.example.org`;
    if (number === 17) {
      parts.push(`${name}:\n    Minion did not return. [No response]\n`);
      continue;
    }
    const broken = number === 31;
    parts.push(minion(name, after(36e6 + number * 120, [
      { id: '/etc/motd', fun: 'file.managed', comment: 'File /etc/motd is in the correct state', took: 20 },
      { id: '/etc/ssh/sshd_config', fun: 'file.managed', comment: 'File /etc/ssh/sshd_config updated', took: 42,
        changes: diff('@@ -10,3 +10,3 @@', ' # Authentication', '-PermitRootLogin yes', '+PermitRootLogin no') },
      broken
        ? { id: 'nginx', fun: 'pkg.installed', result: 'False', took: 14000,
            comment: 'Problem encountered installing package(s). Additional info follows:\n\nerrors:\n    - E: Unable to locate package nginx' }
        : { id: 'nginx', fun: 'pkg.installed', took: 8000 + (number * 977) % 5000,
            comment: 'The following packages were installed/updated: nginx', changes: ['----------', 'nginx:', '    ----------', '    new:', '        1.22.1-9', '    old:'] },
      ...['/etc/nginx/nginx.conf', 'nginx-service'].map((id) => (broken
        ? { id, fun: 'file.managed', result: 'False', comment: 'One or more requisite failed: nginx.nginx', took: 0.004 }
        : { id, fun: 'file.managed', comment: `File ${id} is in the correct state`, took: 31 })),
    ])));
  }
  return parts.join('\n');
}

export function clean() {
  const paths = ['/etc/motd', '/etc/hosts', '/etc/nginx/nginx.conf', '/etc/ssh/sshd_config', '/srv/app/settings.py'];
  return minion('web1', after(36e6, paths.map((id, at) => (
    { id, fun: 'file.managed', comment: `File ${id} is in the correct state`, took: 20 + at * 30 }))));
}

export function hostile() {
  const evil = '</script></noscript></article><img src=x onerror="window.owned=1"><script>window.owned=1</script><svg onload="window.owned=1">';
  return minion('web1', after(36e6, [
    { id: evil, fun: 'file.managed', comment: `${evil}\n${evil}`, took: 5, result: 'False' },
    { id: '/etc/motd', fun: 'file.managed', comment: `File ${evil} updated`, took: 5, changes: diff('@@ -1 +1 @@', `-${evil}`, `+\u202e${evil}`) },
    { id: `/etc/${evil}`, fun: 'file.managed', comment: `File ${evil} is in the correct state`, took: 5 },
  ]));
}

/** 334 minions of 300 states each: one state in ten is changed, one in a hundred fails. */
export function* large() {
  for (let host = 0; host < 334; host++) {
    const states = [];
    for (let number = 0; number < 300; number++) {
      const [seed, id] = [(host * 7919 + number * 104729) % 1000, `/srv/app-${host}/conf.d/${number}-worker.conf`];
      const took = 5 + (seed * 13) % 400;
      if (seed < 10) {
        states.push({ id, fun: 'pkg.installed', result: 'False', took, comment: `Problem encountered installing package(s). Additional info follows:\n\nerrors:\n    - E: Unable to locate package worker-${host}-${number}` });
      } else if (seed < 110) {
        const lines = Array.from({ length: 30 }, (_, line) => `${' +-'[(line + seed) % 3]}setting_${line} = ${seed * line}`);
        states.push({ id, fun: 'file.managed', took, comment: `File ${id} updated`, changes: diff('@@ -1,30 +1,30 @@', ...lines) });
      } else {
        const fun = ['file.managed', 'pkg.installed', 'service.running', 'user.present', 'cmd.run'][seed % 5];
        const comment = fun === 'cmd.run' ? 'unless condition is true' : fun === 'service.running' ? `The service worker-${number} is already running`
          : fun === 'pkg.installed' ? 'All specified packages are already installed' : `File ${id} is in the correct state`;
        states.push({ id, fun, took, comment });
      }
    }
    yield minion(`web${pad(host, 3)}.dc${host % 7}.example.org`, after((host * 977e3) % 72e6, states));
  }
}
