#!/usr/bin/env python3
"""Random returns, printed by a real Salt in every mode it has.

Run with a Python that has Salt installed (any release; the outputter is called as Salt's commands call it):

    python generate.py --out DIR [--seed N] [--runs N] [--nasty]

writes, for each run, what the minions returned (``NAME.truth.json``), what Salt prints of it in each mode, and a
``MANIFEST.jsonl`` that lists them all with the options. ``SALTLINT_CORPUS_DIR=DIR cargo test`` reads them back. The
same seed gives the same files. ``--nasty`` adds what truly can't be told from Salt's own layout, where all that is
asked is that a wrong reading says so.
"""

import argparse
import copy
import json
import os
import random
import sys

import salt.config
import salt.output
import salt.version

WORDS = (
    "alpha nginx redis proxy cache worker queue audit metrics backup sshd kernel limits tls vault haproxy postfix "
    "agent deploy release secret schema index cron web api db ingest naïve Straße 日本 emoji-🚀 ünïcode"
).split()
FUNCTIONS = {
    "pkg": ["installed", "latest", "removed"],
    "file": ["managed", "directory", "absent", "line", "symlink", "recurse"],
    "service": ["running", "enabled", "dead"],
    "cmd": ["run", "script", "wait"],
    "git": ["latest"],
    "user": ["present"],
    "virtualenv": ["managed"],
    "postgres_privileges": ["present"],
    "test": ["nop", "configurable_test_state"],
}
MINIONS = ["local", "web1", "web2.example.org", "db-01.eu.example.com", "10.0.0.5", "host_with_underscore", "Ünï"]

# What a minion, or the master for it, returns instead of states.
RETURNS = [
    "Minion did not return. [No response]",
    "Minion did not return. [Not connected]",
    "Minion did not return. [No response]\nThe minions may not have all finished running and any remaining minions will"
    " return upon completion. To look up the return data for this job later, run the following command:\n\n"
    "salt-run jobs.lookup_jid 20261124205410123456",
    "ssh: connect to host 10.0.0.7 port 22: Connection refused",
    "root@10.0.0.5: Permission denied (publickey,password).",
    "ERROR executing 'state.apply': The command failed",
    "The minion function caused an exception: Traceback (most recent call last):\n  File \"x.py\", line 1, in <module>\n"
    "KeyError: 'x'",
    "one\ntwo",
    "one\n\n  two\n",
    "web9:\n    nested",
    "    Data failed to compile:",
    True, False, None, 0, 42,
]

# What salt-ssh returns of a host that it could not use.
SHELLS = [
    {"retcode": 255, "stderr": "ssh: Could not resolve hostname web1: Name or service not known\r\n", "stdout": ""},
    {"retcode": 127, "stderr": "/bin/sh: 1: python3: not found\n", "stdout": "a\n\nb: c\n", "parsed": None,
     "_error": "The command resulted in a non-zero exit code"},
    {"retcode": 0, "stderr": "", "stdout": "no JSON at all", "_error": "Failed to return clean data"},
]

# A user's own line (`state_tabular` as a string): colour, name, module, function, result, end of colour.
OWN_FORMATS = ["|{1}|{2}.{3}|{4}|", "{0}{4:8} {2}.{3} {1}{5}", "{2:>10}.{3:<10} {4:7} {1}"]

# What looks like Salt's own layout. In comments and in values it is indented, so there it can't be mistaken.
LOOK_ALIKES = [
    "----------\n          ID: fake\n    Function: cmd.run\n      Result: False\n     Comment: fake\n     Changes:   ",
    "Summary for local\n------------\nSucceeded: 9\nFailed:    9\n------------\nTotal states run:     9",
    "     Started: 10:00:00.000000\n    Duration: 1.0 ms\n     Changes:   \n              ----------",
    "web9:\n----------",
    "  Name: x - Function: a.b - Result: Clean - Started: 1 - Duration: 1 ms",
    "    Data failed to compile:\n----------\n    nothing",
    "[ERROR   ] not a log line",
    '{"local": {"cmd_|-a_|-a_|-run": {"result": false}}}',
    "    Warnings: none",
    "      Result: False",
]


class Maker:
    """Makes returns. Everything random goes through one generator, so that a seed is a case."""

    def __init__(self, rng, plain=False):
        self.rng = rng
        # Within an orchestration step text is split at every kind of line end: nothing but \n there.
        self.plain = plain

    def chance(self, share):
        return self.rng.random() < share

    def words(self, least, most):
        return " ".join(self.rng.choice(WORDS) for _ in range(self.rng.randint(least, most)))

    def errors(self):
        """What the compiler says, which is printed raw: a template's source, or a list of names."""
        excerpt = self.rng.choice(["x:\n  cmd.run:\n    - name: {{ x.y }}    <======================", "web9:\n    x",
                                   "{% for x in y %}    <======================\n----------\n{{ x }}"])
        return self.rng.choice([
            "Rendering SLS 'base:web' failed: Jinja variable 'x' is undefined; line 3\n\n---\n%s\n---" % excerpt,
            "Specified SLS 'base:a' in environment 'base' is not\navailable on the salt master",
            "No matching sls found for 'web' in env 'base'",
            "ID '%s' in SLS 'web' is not a dictionary" % self.words(1, 2),
            "Pillar failed to render with the following messages:\nRendering SLS 'x' failed. Please see master log for details.",
            self.words(3, 9),
        ])

    def path(self):
        parts = [self.rng.choice(["etc", "srv", "opt", "var/lib"]), self.rng.choice(WORDS), self.rng.choice(WORDS)]
        return "/" + "/".join(parts) + self.rng.choice([".conf", "", ".d/10-base", ".service"])

    def diff(self):
        lines = ["--- ", "+++ "]
        for _ in range(self.rng.randint(1, 3)):
            lines.append("@@ -{0},4 +{0},5 @@".format(self.rng.randint(1, 400)))
            for _ in range(self.rng.randint(1, 8)):
                content = self.rng.choice(["", self.words(1, 5), "  indented: yes", "\ttabbed", "trailing   ", "- item"])
                lines.append(self.rng.choice(" +-") + content)
        return "\n".join(lines) + self.rng.choice(["\n", ""])

    def text(self):
        pick = self.rng.randrange(14)
        if pick == 0:
            return ""
        if pick == 1:
            return self.diff()
        if pick == 2:
            return self.rng.choice(LOOK_ALIKES)
        if pick == 3:
            return self.words(1, 4) + "\n\n    " + self.words(1, 4) + "\n" + self.rng.choice(["", "\n"])
        if pick == 4 and not self.plain:
            return self.words(1, 2) + self.rng.choice(["\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"]) + self.words(1, 2)
        if pick == 5:
            return "\x1b[31m" + self.words(1, 2) + "\x1b[0m"
        if pick == 6:
            return "  " + self.words(1, 3) + "  "
        if pick == 7:
            return self.rng.choice(["True", "None", "7", "- a\n- b", "key:", "a: b", "|_", "----------", "{}", "[]"])
        return self.words(1, 12)

    def key(self):
        pick = self.rng.randrange(8)
        if pick == 0:
            return self.path()
        if pick == 1:
            return self.words(2, 3)
        if pick == 2:
            return self.rng.choice(["a:b", "linux-image-6.1.0", "lib:amd64", "old", "new", "- dash", "10"])
        return self.rng.choice(["old", "new", "diff", "mode", "user", "stdout", "stderr"] + WORDS)

    def scalar(self):
        pick = self.rng.randrange(8)
        if pick == 0:
            return self.rng.randint(-10, 10**9)
        if pick == 1:
            return self.rng.choice([0.1, 1e-07, 1e22, 2043.6870000000001, -0.5])
        if pick == 2:
            return self.rng.choice([True, False, None])
        return self.text()

    def value(self, depth):
        pick = self.rng.randrange(10)
        if depth <= 0 or pick < 5:
            return self.scalar()
        if pick < 7:
            return [self.value(depth - 1) for _ in range(self.rng.randint(0, 4))]
        return {self.key(): self.value(depth - 1) for _ in range(self.rng.randint(0, 4))}

    def changes(self, module):
        if module == "cmd":
            return {
                "pid": self.rng.randint(2, 99999),
                "retcode": self.rng.choice([0, 0, 0, 1, 127]),
                "stdout": self.text(),
                "stderr": self.text(),
            }
        if module == "pkg":
            version = lambda: "%d.%d-%d" % (self.rng.randrange(9), self.rng.randrange(40), self.rng.randrange(9))
            return {self.rng.choice(WORDS): {"new": version(), "old": self.rng.choice(["", version()])}}
        if module == "file" and self.chance(0.6):
            return {"diff": self.diff()}
        return {self.key(): self.value(3) for _ in range(self.rng.randint(1, 4))}

    def comment(self):
        pick = self.rng.randrange(12)
        if pick == 0:
            return ""
        if pick == 1:
            return self.rng.choice(LOOK_ALIKES)
        if pick == 2:
            return "before\n" + self.rng.choice(LOOK_ALIKES) + "\n\nafter  \n"
        if pick == 3:
            return (
                'Attempt 1: Returned a result of "False", with the following comment: "%s"\n' % self.words(1, 5)
                + self.words(2, 5)
            )
        if pick == 4:
            return "\n\n  " + self.words(2, 5) + "\n    " + self.words(1, 3) + "   \n"
        if pick == 5 and not self.plain:
            return self.words(1, 3) + self.rng.choice(["\r\n", "\x0c", "\u2028"]) + self.words(1, 3)
        if pick == 6:
            return self.rng.choice(
                ["unless condition is true", "onlyif condition is false", "State was not run because none of the onchanges reqs changed"]
            )
        return self.words(3, 14)

    def warnings(self):
        return [
            self.rng.choice([self.words(3, 8), self.words(20, 40), self.words(2, 4) + "\n" + self.words(2, 4)])
            for _ in range(self.rng.randint(1, 3))
        ]

    def name(self, module):
        pick = self.rng.randrange(12)
        if module == "cmd" and pick < 3:
            lines = [self.words(1, 4) for _ in range(self.rng.randint(1, 3))]
            lines.insert(self.rng.randint(1, len(lines)), self.rng.choice(["    --option \\", "----------", "", "EOF", "# note: this"]))
            return "\n".join(lines) + "\n"
        if pick == 3:
            return self.words(1, 2) + " - Function: a.b - Result: Clean"
        if pick == 4:
            return "  " + self.words(1, 2) + "  "
        return self.rng.choice([self.path(), self.words(1, 5), ". .ve/bin/activate; python manage.py migrate --noinput"])

    def states(self, count):
        """One minion's return."""
        states = {}
        # `test=True`: nothing is done, and what is due has no result.
        dry = self.chance(0.15)
        clock = self.rng.randrange(10**9)
        for number in range(count):
            module = self.rng.choice(list(FUNCTIONS))
            function = self.rng.choice(FUNCTIONS[module])
            name = self.name(module)
            ident = name if self.chance(0.4) else self.rng.choice([self.words(1, 3), self.path(), " "]) + str(number) + self.rng.choice(["", "", "", "  ", " (3)"])
            result = self.rng.choices([True, False, None], [7, 2, 2])[0]
            changed = self.chance(0.45)
            if dry and result is not False:
                result = None if changed else True
            elif self.chance(0.01):
                # No state of Salt's own does this; a module of the user's may.
                result = self.rng.choice(["yes", 1, 0])
            state = {
                "name": name,
                "result": result,
                "changes": self.changes(module) if changed else {},
                "comment": self.comment(),
                "__sls__": self.rng.choice(["common", "web.apache", "project"]),
                "__run_num__": number,
                "__id__": ident,
            }
            if module == "cmd" and self.chance(0.7):
                state["comment"] = 'Command "%s" run' % name
            if result is False and self.chance(0.3):
                state["comment"] = "One or more requisite failed: project.%s" % self.rng.choice(WORDS)
                state["changes"] = {}
            if dry and result is None:
                state["comment"] = "The file %s is set to be changed\nNote: No changes made, actual changes may\nbe different due to other states." % name
                state["changes"] = self.rng.choice([{}, state["changes"], {"newfile": name}])
            if self.chance(0.95):
                clock += self.rng.randrange(10**6)
                state["start_time"] = "%02d:%02d:%02d.%06d" % (
                    clock // 3_600_000_000 % 24, clock // 60_000_000 % 60, clock // 1_000_000 % 60, clock % 1_000_000,
                )
                state["duration"] = self.rng.choice([round(self.rng.random() * 5000, 3), 0.5, 12.0, 2043.6870000000001])
            if self.chance(0.1):
                state["warnings"] = self.warnings()
            if self.chance(0.05):
                state["__parallel__"] = True
            key = "_|-".join([module, ident, name, function])
            if key in states:
                continue
            states[key] = state
            if self.chance(0.1):
                self.more_names(states, key, state, module, function)
        items = list(states.items())
        if self.chance(0.3):
            # Older Salts return them in any order; the number tells.
            self.rng.shuffle(items)
        return dict(items)

    def more_names(self, states, key, state, module, function):
        """The same ID for several names, as `names:` makes them."""
        for extra in range(self.rng.randint(1, 3)):
            name = "%s%d" % (self.path(), extra)
            twin = dict(copy.deepcopy(state), name=name)
            twin["changes"] = self.changes(module) if self.chance(0.5) else {}
            states["_|-".join([module, state["__id__"], name, function])] = twin

    def minion(self, count):
        """Mostly states; now and then something else."""
        pick = self.rng.randrange(16)
        if pick == 0:
            return [self.errors() for _ in range(self.rng.choice([0, 1, 1, 1, 2, 3]))]
        if pick in (1, 3):
            return self.rng.choice(RETURNS)
        if pick == 2:
            return {}
        return self.states(self.rng.randint(1, count))

    def orchestration(self, count, inner=True):
        """What `salt-run state.orchestrate` returns: steps whose changes hold whole runs."""
        steps = {}
        for number in range(self.rng.randint(1, 4)):
            ident = "step-%d-%s" % (number, self.rng.choice(WORDS))
            step = {
                "name": ident, "__id__": ident, "__sls__": "orch.deploy", "__run_num__": number, "__jid__": "2026",
                "result": True, "start_time": "10:00:0%d.000000" % number, "duration": 7.5 + number,
            }
            pick = self.rng.randrange(8)
            if pick == 0:
                said = {minion: self.text() for minion in self.rng.sample(MINIONS, 2)}
                comment = "Function ran successfully. Function cmd.run ran on " + ", ".join(said)
                step.update(name="cmd.run", comment=comment, changes={"ret": said})
                steps["salt_|-%s_|-cmd.run_|-function" % ident] = step
                continue
            if pick == 1 and inner:
                step.update(name="state.orchestrate", comment="Runner function 'state.orchestrate' executed.",
                            changes={"return": self.orchestration(count // 2, inner=False)})
                steps["salt_|-%s_|-state.orchestrate_|-runner" % ident] = step
                continue
            runs = {
                minion: Maker(self.rng, plain=True).states(self.rng.randint(1, max(1, count)))
                for minion in self.rng.sample(MINIONS, self.rng.randint(1, 2))
            }
            failed = any(state["result"] is False for run in runs.values() for state in run.values())
            comment = "States ran successfully. Updating " + ", ".join(runs)
            step.update(result=not failed, comment=comment, changes={"out": "highstate", "ret": runs})
            steps["salt_|-%s_|-%s_|-state" % (ident, ident)] = step
        return {"data": {"vm_master": steps}, "outputter": "highstate", "retcode": 0}


def forge(rng, run):
    """Puts into a run what Salt prints raw, shaped like Salt's own layout."""
    block = "x\n\n----------\n          ID: forged\n    Function: cmd.run\n      Result: True\n     Comment: forged\n     Changes:   \n"
    forgeries = [
        lambda state: state.update(name=block),
        lambda state: state.update(name="cat\n----------\n          ID: forged\n    Function: cmd.run\n      Result: False\n"
                                        "     Comment: forged\n     Started: 10:00:00.000000\n    Duration: 1 ms\n     Changes:   \nEOF\n"),
        lambda state: state.update(name="echo\nSummary for local\n------------\nSucceeded: 1\nFailed:    0\n------------\nTotal states run:     1\n"),
        lambda state: state.update(name="a\nweb9:\n    Minion did not return. [No response]\nb\n"),
        lambda state: state.update(warnings=["w\n----------\n          ID: forged\n    Function: b.c"]),
        lambda state: state.update(comment="\x1b[0;36mcoloured\x1b[0;0m \x1b[2J", name="\x1b[0;0m----------"),
        lambda state: state.update(changes={"key\nwith\n----------\nlines": "x", "y": 1}),
        lambda state: state.update(result="yes"),
        lambda state: state.update(comment=["a", "list"], data={"k": "v"}),
    ]
    for states in run.values():
        if not isinstance(states, dict) or not states:
            continue
        for key in rng.sample(list(states), min(2, len(states))):
            state = states.pop(key)
            rng.choice(forgeries)(state)
            parts = key.split("_|-")
            parts[2] = state["name"]
            states["_|-".join(parts)] = state


def modes():
    """Every mode, as the options that make it. Single changes to the defaults, and the pairs that interact."""
    for output in ["full", "terse", "mixed", "changes", "filter"]:
        for suffix in ["", "_id"]:
            for color in [False, True]:
                yield {"state_output": output + suffix, "color": color}
        for tabular in [{"state_tabular": True}, {"state_output_profile": False}, {"state_tabular": True, "state_output_profile": False}]:
            yield dict(tabular, state_output=output)
        yield {"state_output": output, "state_verbose": False}
    for output in ["full", "terse", "mixed", "changes", "filter"]:
        for suffix in ["", "_id"]:
            yield {"state_output": output + suffix, "state_compress_ids": True}
        yield {"state_output": output, "state_output_pct": True}
    yield {"state_output": "terse", "state_compress_ids": True, "state_tabular": True}
    for output in ["full", "terse", "mixed"]:
        yield {"state_output": output + "_id", "state_output_profile": False, "color": True}
    for own in OWN_FORMATS:
        yield {"state_output": "terse", "state_tabular": own}
    yield {"state_output": "mixed", "state_tabular": OWN_FORMATS[0], "color": True}
    yield {"state_output": "full", "state_compress_ids": True, "state_verbose": False, "color": True}
    yield {"state_output": "full", "state_output_diff": True}
    yield {"state_output": "changes", "state_output_diff": True, "color": True}
    yield {"state_output": "mixed", "state_output_pct": True, "state_verbose": False, "color": True}
    yield {"state_output": "full", "strip_colors": False}
    for terse, exclude in [("True,", ""), ("", "True,"), ("True,None", ""), ("True,", "None,False")]:
        yield {"state_output": "filter", "state_output_terse": terse, "state_output_exclude": exclude}
    yield {"state_output": "filter_id", "state_output_terse": "True,", "state_output_exclude": "None,", "color": True}


def notations(rng, run, scratch):
    """The same run as the other outputters print it, a minion at a time, and as the event bus shows it."""
    parts = [{minion: value} for minion, value in run.items()]
    for outputter, name in [("yaml", "yaml"), ("raw", "raw"), ("pprint", "pprint"), ("txt", "out.txt"), ("nested", "nested.txt")]:
        yield name, "".join(render(part, outputter, {}, scratch).rstrip() + "\n" for part in parts)
    yield "color.nested.txt", "".join(render(part, "nested", {"color": True}, scratch).rstrip() + "\n" for part in parts)
    yield "static.yaml", render(run, "yaml", {}, scratch).rstrip() + "\n"
    yield "static.pprint", render(run, "pprint", {}, scratch).rstrip() + "\n"
    yield "wide.pprint", "".join(render(part, "pprint", {"output_indent": 4}, scratch).rstrip() + "\n" for part in parts)
    yield "wide.yaml", "".join(render(part, "yaml", {"output_indent": 4}, scratch).rstrip() + "\n" for part in parts)
    yield "job.json", json.dumps({"Function": "state.apply", "jid": "2026", "Minions": list(run), "Target": "*", "User": "root",
                                  "Result": {minion: {"out": "highstate", "retcode": 2, "return": value} for minion, value in run.items()}}, indent=4) + "\n"
    jid = "20261124205410%06d" % rng.randrange(10**6)
    for pretty in [None, 4]:
        events = [(jid, {"minions": list(run), "_stamp": "2026-11-24T20:54:10.1"}),
                  ("salt/job/%s/new" % jid, {"jid": jid, "tgt": "*", "fun": "state.apply", "arg": [{"__kwarg__": True, "pillar": {"a": 1}}],
                                             "minions": list(run), "missing": []})]
        for minion, value in run.items():
            fields = {"cmd": "_return", "id": minion, "success": True, "return": value, "retcode": 0, "jid": jid, "fun": "state.apply",
                      "fun_args": ["web", {"pillar": {"release": "1"}}], "out": "highstate", "_stamp": "2026-11-24T20:54:11.2"}
            if isinstance(value, dict):
                for state in list(value.values())[:3]:
                    tag = "salt/job/%s/prog/%s/%d" % (jid, minion, state["__run_num__"])
                    events.append((tag, {"id": minion, "tag": tag, "data": {"ret": state, "len": len(value)}, "cmd": "_minion_event", "jid": jid}))
            items = list(fields.items())
            rng.shuffle(items)
            events.append(("salt/job/%s/ret/%s" % (jid, minion), dict(items)))
            events.append(("minion/refresh/%s" % minion, {"Minion data cache refresh": minion}))
        name = "plain.events.txt" if pretty is None else "pretty.events.txt"
        yield name, "".join("%s\t%s\n" % (tag, json.dumps(data, indent=pretty, sort_keys=pretty is not None)) for tag, data in events)


def is_old():
    return salt.version.__saltstack_version__.major < 3005


def render(data, outputter, options, scratch):
    opts = salt.config.DEFAULT_MINION_OPTS.copy()
    opts.update(color=False, extension_modules=os.path.join(scratch, "none"), cachedir=scratch)
    opts.update(options)
    # The outputter edits what it is given.
    return salt.output.out_format(copy.deepcopy(data), outputter, opts)


def can_compress(run):
    """Salt gives up over a state that lacks something, and may have edited others by then."""
    if not isinstance(run, dict) or "data" in run:
        return False
    needed = {"start_time", "duration", "__id__", "__sls__", "__run_num__", "name"}
    return all(isinstance(states, dict) and all(needed <= set(state) for state in states.values()) for states in run.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--runs", type=int, default=8)
    parser.add_argument("--states", type=int, default=12, help="at most so many a minion")
    parser.add_argument("--nasty", action="store_true")
    args = parser.parse_args()
    seed = args.seed if args.seed is not None else random.SystemRandom().randrange(2**32)
    version = str(salt.version.__version__)
    print("oracle: Salt %s, seed %d, %d runs%s" % (version, seed, args.runs, ", nasty" if args.nasty else ""), flush=True)
    os.makedirs(args.out, exist_ok=True)
    manifest = open(os.path.join(args.out, "MANIFEST.jsonl"), "w", encoding="utf-8", newline="\n")
    states = 0

    def write(name, text):
        # surrogateescape: what Salt prints goes out as the bytes that it is.
        with open(os.path.join(args.out, name), "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)

    def listed(name, truth, options, command):
        entry = {
            "file": name, "truth": truth, "opts": options, "command": command, "salt_version": version,
            "notes": "seed %d" % seed, "nasty": args.nasty,
        }
        manifest.write(json.dumps(entry) + "\n")

    for number in range(args.runs):
        rng = random.Random(seed * 1000 + number)
        maker = Maker(rng)
        if number % 4 == 3 and not args.nasty:
            run = maker.orchestration(args.states // 2)
            count = sum(len(r) for step in run["data"]["vm_master"].values() for r in step["changes"].get("ret", {}).values())
        else:
            minions = rng.sample(MINIONS, rng.randint(1, 5))
            run = {minion: maker.minion(args.states) for minion in minions}
            if args.nasty:
                forge(rng, run)
            count = sum(len(value) for value in run.values() if isinstance(value, dict))
        truth = "%03d.truth.json" % number
        write(truth, json.dumps(run, indent=1, ensure_ascii=False))
        for mode in modes():
            if mode.get("state_compress_ids") and (is_old() or not can_compress(run)):
                continue
            if mode.get("state_output_pct") and is_old():
                continue
            if args.nasty and not mode["state_output"].startswith("full"):
                # A terse line that is taken for a block leaves Salt's count as it is: nothing could tell.
                continue
            words = ["%s=%s" % (key.replace("state_", ""), value) for key, value in sorted(mode.items()) if key != "state_output"]
            name = "%03d.%s.txt" % (number, "+".join([mode["state_output"]] + words).replace(",", "_").replace("|", "!"))
            # Salt's commands strip the end and print one line end.
            write(name, render(run, "highstate", mode, args.out).rstrip() + "\n")
            listed(name, truth, mode, "salt.output.out_format highstate")
            states += count
        if "data" not in run:
            printed = dict(run)
            text = ""
            for minion in rng.sample(MINIONS, 2):
                # Each host by itself, as salt-ssh prints them; what failed in the nested display.
                if minion in printed:
                    continue
                printed[minion] = rng.choice(SHELLS)
            for minion, value in printed.items():
                failed = isinstance(value, dict) and "retcode" in value
                text += render({minion: value}, "nested" if failed else "highstate", {}, args.out).rstrip() + "\n"
            write("%03d.ssh.truth.json" % number, json.dumps(printed, indent=1, ensure_ascii=False))
            write("%03d.ssh.txt" % number, text)
            listed("%03d.ssh.txt" % number, "%03d.ssh.truth.json" % number, {}, "salt-ssh")
            states += count
        documents = [("static", [run])]
        if "data" not in run:
            documents.append(("each", [{minion: value} for minion, value in run.items()]))
        for shape, parts in documents:
            for indent in [4, None, 0]:
                name = "%03d.%s-%s.json" % (number, shape, indent)
                option = {"output_indent": -1 if indent is None else indent}
                write(name, "".join(render(part, "json", option, args.out) + "\n" for part in parts))
                listed(name, truth, {}, "salt.output.out_format json")
                states += count
        if "data" not in run:
            for name, text in notations(rng, run, args.out):
                if args.nasty and "nested" in name:
                    # No count of Salt's stands behind it: nothing could tell.
                    continue
                name = "%03d.%s" % (number, name)
                write(name, text)
                listed(name, truth, {}, "salt.output.out_format, or the event bus")
                states += count
    manifest.close()
    print("oracle: %d states printed" % states)


if __name__ == "__main__":
    sys.exit(main())
