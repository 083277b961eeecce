//! The rules of a large site, as teams write them: by function and name, by output, by ID, for failures. The same seed
//! gives the same rules. Some of them speak about the fleet of `salt.rs`, most don't.

use std::fmt::Write as _;

use super::salt::Dice;

const FUNCTIONS: [&str; 7] = [
    "file.managed",
    "pkg.installed",
    "service.running",
    "cmd.run",
    "file.directory",
    "cron.present",
    "user.present",
];

/// A pack of so many rules; with an example each, as the laws ask, or without.
pub(crate) fn pack(count: usize, examples: bool) -> String {
    let mut dice = Dice::new(5);
    let mut out = String::from("title = \"A site\"\n");
    for number in 0..count {
        let (word, other) = (dice.ascii(), dice.ascii());
        let function = FUNCTIONS[dice.roll(FUNCTIONS.len())];
        let when = match number % 20 {
            0..8 => format!("function = \"{function}\"\nname = '/etc/{word}/{number}/*.conf'"),
            8..12 => format!(
                "function = \"cmd.run\"\nname = '*/{other}-{number} deploy*'\n\
                 changes.stdout = {{ regex = 'Released (?<rev>[0-9a-f]{{7,}}) of {word}-{number}' }}"
            ),
            12..16 => format!("id = '{word}-{other}-{number}*'"),
            16..18 => format!(
                "function = \"{function}\"\nname = {{ regex = '^/srv/{word}/(?:releases|shared)/{number}/[^/]+\\.conf$' }}"
            ),
            18 => format!("function = \"file.*\"\nid = '*{word}-{number}*'"),
            _ => format!(
                "function = \"{function}\"\noutcome = \"failed\"\ncomment = {{ contains = 'cannot reach {other}-{number}.example.org' }}"
            ),
        };
        let _ = write!(
            out,
            "\n[[rule]]\nid = \"r{number}\"\nverdict = \"review\"\nsays = \"{word} {other} number {number}: {{name}}\"\n\
             why = \"It is rolled out with each release, and the team knows.\"\nowner = \"team-{word}\"\n[rule.when]\n{when}\n"
        );
        if examples {
            let _ = write!(
                out,
                "[[rule.example]]\noutput = '''\nweb1:\n----------\n          ID: {word}-{other}-{number}\n    Function: {function}\n        \
                 Name: /etc/{word}/{number}/a.conf\n      Result: True\n     Comment: File /etc/{word}/{number}/a.conf updated\n     \
                 Started: 10:11:12.123456\n    Duration: 12.345 ms\n     Changes:   \n              ----------\n              diff:\n                  \
                 --- \n                  +++ \n                  @@ -1 +1 @@\n                  -old\n                  +new\n'''\n"
            );
        }
    }
    out
}
