//! Does a log line repeat what a state, or a compile error, says of its failure? Text against text, nothing remembered.
//!
//! Salt logs a failed state's comment, or its changes where it has some (`salt.state.format_log`); before that the module
//! that failed may have logged what the comment is made of, and a command logs its line, its output and its retcode
//! (`salt.modules.cmdmod`). White space does not count: the outputters shift and wrap text.

use std::cell::OnceCell;

use crate::record::{Changes, Message, State, Text, Value};

/// So many bytes of a text are compared.
const COMPARED: usize = 8 << 10;
/// So many exceptions of a chain are looked at.
const RAISED: usize = 4;
/// A text that is part of another, and not all of it, must have so many bytes to mean anything.
const TELLING: usize = 16;

/// What a failure says: as it stands, until a log entry comes that may repeat it. Mostly none does.
#[derive(Debug)]
pub(super) struct Heard {
    comment: Option<Text<'static>>,
    name: Option<Text<'static>>,
    changes: Option<Changes<'static>>,
    said: OnceCell<Said>,
}

impl Heard {
    /// From a failed state.
    pub(super) fn of_state(state: &State<'_>) -> Heard {
        let own = |text: &Option<Text<'_>>| text.clone().map(Text::into_owned);
        let changes = state.changes.as_ref().filter(|changes| changes.raw().len() < 16 * COMPARED);
        Heard {
            comment: own(&state.comment),
            name: own(&state.name),
            changes: changes.cloned().map(Changes::into_owned),
            said: OnceCell::new(),
        }
    }

    /// From a compile error, or a return that is no state.
    pub(super) fn of_message(message: &Message<'_>) -> Heard {
        let comment = Some(message.text.clone().into_owned());
        Heard { comment, name: None, changes: None, said: OnceCell::new() }
    }

    /// How many bytes this holds, roughly.
    pub(super) fn bytes(&self) -> usize {
        let text = |text: &Option<Text<'_>>| text.as_ref().map_or(0, |text| text.raw().len());
        text(&self.comment) + text(&self.name) + self.changes.as_ref().map_or(0, |it| it.raw().len())
    }

    /// Does this log entry repeat it?
    pub(super) fn is_repeated_by(&self, entry: &Entry) -> bool {
        let said = || Said::new(self.comment.as_ref(), self.name.as_ref(), self.changes.as_ref());
        self.said.get_or_init(said).is_repeated_by(entry)
    }
}

/// The same, in the forms in which the log may repeat it.
#[derive(Debug, Default)]
struct Said {
    comment: String,
    /// The name, which a command's line begins with.
    name: String,
    retcode: Option<String>,
    pid: Option<String>,
    /// What a command printed.
    printed: Vec<String>,
    /// Keys and values of the changes, and the list that the log makes of old and new.
    changes: Vec<String>,
    listed: String,
}

impl Said {
    fn new(comment: Option<&Text<'_>>, name: Option<&Text<'_>>, changes: Option<&Changes<'_>>) -> Said {
        let text = |text: Option<&Text<'_>>| text.map_or_else(String::new, |text| even(&text.get()));
        let mut said = Said { comment: text(comment), name: text(name), ..Said::default() };
        let Some(Value::Object(changes)) = changes.map(|changes| changes.get()) else { return said };
        let plain = |value: &Value| match value {
            Value::String(text) => even(text),
            other => even(&other.to_string()),
        };
        said.retcode = changes.get("retcode").map(plain);
        said.pid = changes.get("pid").map(plain);
        for key in ["stdout", "stderr"] {
            said.printed.extend(changes.get(key).map(plain).filter(|text| !text.is_empty()));
        }
        let of = |entry: &Value, key| entry.get(key).map(plain).filter(|text| !text.is_empty());
        if !changes.is_empty()
            && changes.values().all(|it| it.get("old").is_some() && it.get("new").is_some())
        {
            let mut listed = "Made the following changes:".to_owned();
            for (name, entry) in changes {
                let (old, new) = (of(entry, "old"), of(entry, "new"));
                let (old, new) = (old.as_deref().unwrap_or("absent"), new.as_deref().unwrap_or("absent"));
                listed.push_str(&format!(" '{name}' changed from '{old}' to '{new}'"));
            }
            said.listed = even(&listed);
        } else if let Some(diff) = changes.get("diff") {
            said.listed = even(&format!("File changed:\n{}", plain(diff)));
        }
        for (key, value) in changes {
            said.changes.push(format!("'{key}': "));
            said.changes.extend(value.is_string().then(|| plain(value)).filter(|text| !text.is_empty()));
        }
        said
    }

    fn is_repeated_by(&self, entry: &Entry) -> bool {
        match &entry.form {
            Form::Command { program, retcode } => {
                let by_name = !program.is_empty()
                    && self.name.contains(program.as_str())
                    && self.retcode.as_deref() == Some(retcode.as_str());
                by_name || self.comment.contains(&entry.text)
            }
            Form::Printed(text) => {
                let within = |whole: &String| whole == text || text.len() >= TELLING && whole.contains(text);
                !text.is_empty() && (self.printed.iter().any(within) || within(&self.comment))
            }
            Form::Retcode => false,
            // A command that was tried again (`retry`) had another process each time.
            Form::Changes { pid: Some(pid) } if !self.comment.contains("Attempt ") => {
                self.pid.as_ref() == Some(pid)
            }
            Form::Changes { .. } => {
                !self.changes.is_empty() && self.changes.iter().all(|it| entry.text.contains(it.as_str()))
            }
            Form::Other => {
                let (text, comment) = (entry.text.as_str(), self.comment.as_str());
                let telling = |text: &str| text.len() >= TELLING;
                !text.is_empty() && (text == comment || text == self.listed)
                    || telling(text) && comment.contains(text)
                    || telling(comment) && text.contains(comment)
                    || entry.parts.iter().any(|part| telling(part) && comment.contains(part.as_str()))
            }
        }
    }
}

/// A log entry, in the form in which it is compared.
#[derive(Debug)]
pub(super) struct Entry {
    text: String,
    /// The first line, and what an exception says, where there is more than that.
    parts: Vec<String>,
    form: Form,
}

#[derive(Debug, PartialEq, Eq)]
enum Form {
    /// `Command 'echo' failed with return code: 3`
    Command {
        program: String,
        retcode: String,
    },
    /// `stdout: …`, `stderr: …`, `output: …`
    Printed(String),
    /// `retcode: 3`
    Retcode,
    /// The changes, as Python prints them.
    Changes {
        pid: Option<String>,
    },
    Other,
}

impl Entry {
    /// The entry whose text this is.
    pub(super) fn new(text: &str) -> Entry {
        let lines = text.trim();
        let text = even(lines);
        let form = form(&text);
        let mut parts = Vec::new();
        if let Some((first, rest)) = lines.split_once('\n') {
            parts.push(even(first));
            if memchr::memmem::find(lines.as_bytes(), b"Traceback (most recent call last):").is_some() {
                let is_name = |name: &str| !name.is_empty() && !name.contains([' ', '(']);
                let said =
                    rest.lines().filter_map(|line| line.split_once(": ").filter(|(name, _)| is_name(name)));
                parts.extend(said.take(RAISED).map(|(_, said)| even(said)));
            }
        }
        Entry { text, parts, form }
    }

    /// True for the first of the entries that a failed command makes.
    pub(super) fn begins_group(&self) -> bool {
        matches!(self.form, Form::Command { .. })
    }

    /// True for those that can only follow it.
    pub(super) fn goes_on(&self) -> bool {
        matches!(self.form, Form::Printed(_) | Form::Retcode)
    }

    /// True for the changes that may end it.
    pub(super) fn ends_group(&self) -> bool {
        matches!(self.form, Form::Changes { .. })
    }

    /// How many bytes this holds.
    pub(super) fn bytes(&self) -> usize {
        2 * self.text.len() + self.parts.iter().map(String::len).sum::<usize>()
    }
}

fn form(text: &str) -> Form {
    let command = || {
        let rest = text.strip_prefix("Command ")?;
        let (command, retcode) = rest.rsplit_once(" failed with return code: ")?;
        let program = command.trim_matches(|char| matches!(char, '\'' | '"' | '[' | ']'));
        let program = program.split(' ').next().unwrap_or_default();
        Some(Form::Command {
            program: program.trim_matches(|char| matches!(char, '\'' | '"' | ',')).to_owned(),
            retcode: retcode.trim().to_owned(),
        })
    };
    let printed = ["stdout:", "stderr:", "output:"].iter().find_map(|label| text.strip_prefix(label));
    if let Some(form) = command() {
        form
    } else if let Some(printed) = printed {
        Form::Printed(printed.trim().to_owned())
    } else if text.starts_with("retcode: ") {
        Form::Retcode
    } else if text.starts_with("{'") || text.starts_with("{u'") {
        let pid = text
            .split_once("'pid': ")
            .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect());
        Form::Changes { pid }
    } else {
        Form::Other
    }
}

/// The text with each run of white space as one blank, up to a bound.
fn even(text: &str) -> String {
    let mut even = String::with_capacity(text.len().min(COMPARED));
    for word in text.split_whitespace() {
        if even.len() + word.len() > COMPARED {
            // What was cut still is a part of the whole.
            break;
        }
        if !even.is_empty() {
            even.push(' ');
        }
        even.push_str(word);
    }
    even
}
