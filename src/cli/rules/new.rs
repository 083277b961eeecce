//! `saltlint rules new`: a rule from what stands in a line of a capture.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;

use super::InForce;
use crate::cli::complain::refuse;
use crate::cli::here::{self, Here, Stands};
use crate::cli::{Done, Refused, complain, gather, print};
use crate::frame::{NESTED_INDENT, colour};
use crate::input::{self, Source, visible, words};
use crate::record::{Class, Kind, Message, Record, State, StateResult, Text};
use crate::rules::{Rule, Rules, laws, scaffold};

/// For `--help`.
pub(super) const ABOUT: &str = "Write a rule from what stands in a line of a capture. The output becomes its example; numbers, \
                        versions, hashes and the folders of a site become `*`. The verdict and the words are yours to \
                        give: open the file, then run `saltlint rules check` on it.";

#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Args {
    /// Where the state or message stands, as reports give it
    #[arg(long, value_name = "FILE:LINE", value_parser = here::parse)]
    from: Here,
    /// The rule file to append to, made if need be; of a directory, the file that fits [default: print it]
    #[arg(long, value_name = "FILE")]
    into: Option<PathBuf>,
    #[command(flatten)]
    in_force: InForce,
}

pub(super) fn run(args: &Args) -> Done {
    let rules = args.in_force.load()?;
    if args.from.source == Source::Stdin {
        return Err(Refused::Because("standard input can't be read twice; name a file".to_owned()));
    }
    let found = here::find(&rules, &args.from)?;
    let stands = found.iter().find(|it| it.class != Class::Clean).or(found.first());
    let Some(stands) = stands.filter(|it| matches!(it.record, Record::State(_) | Record::Message(_))) else {
        let line = args.from.line;
        return Err(Refused::Because(format!(
            "line {line} holds no state and no message; rules are about those"
        )));
    };
    let output = output(&args.from, stands)?;
    let into = args.into.as_deref().map(|into| file_in(into, stands));
    let before = match into.as_deref().map(std::fs::read_to_string) {
        Some(Ok(text)) => text,
        Some(Err(error)) if error.kind() != std::io::ErrorKind::NotFound => {
            let into = into.unwrap_or_default();
            return Err(Refused::Because(format!("{}: {}", into.display(), words(&error))));
        }
        _ => String::new(),
    };
    let path = into.clone().unwrap_or_else(|| PathBuf::from("mine.toml"));
    let there = parsed(&path, &before)?;
    let taken = |slug: &str| there.iter().any(|rule| rule.slug() == slug);
    let draft = scaffold::draft(&stands.record, &output, &taken)
        .ok_or_else(|| "there can be no rule about this".to_owned())?;
    mind(&parsed(&path, &draft.text)?, stands);
    let Some(into) = into else {
        print(draft.text.as_bytes())?;
        return Ok(0);
    };
    let before = match before.trim_end() {
        "" => "title = \"Our own rules\"\n".to_owned(),
        text => format!("{text}\n"),
    };
    let line = before.lines().count() + 2;
    let text = format!("{before}\n{}", draft.text);
    parsed(&into, &text)?;
    // The first rule of all: there is no folder for it yet.
    let folder = into.parent().filter(|folder| !folder.as_os_str().is_empty());
    let written = folder.map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&into, text));
    written.map_err(|error| format!("{}: {}", into.display(), words(&error)))?;
    let name = into.display();
    let (_, layers) = args.in_force.named()?;
    let holds = layers.iter().any(|layer| {
        into.canonicalize().is_ok_and(|into| layer.canonicalize().is_ok_and(|layer| into.starts_with(layer)))
    });
    let mut said = format!(
        "The rule {} stands in {name}:{line}.\nNow give it its verdict and its words, then run:\n  saltlint rules check {name}\n",
        draft.slug
    );
    if !holds {
        said.push_str(&format!(
            "It is used with --rules {name}, or always with this in saltlint.toml:\n  rules = \"{name}\"\n"
        ));
    }
    print(visible(&said).as_bytes())?;
    Ok(0)
}

fn parsed(path: &Path, text: &str) -> Result<Rules, Refused> {
    let path = path.display().to_string();
    Rules::from_text(&path, text).map_err(|error| {
        refuse(&error);
        Refused::Said
    })
}

/// Says where the draft can't do what it is for.
fn mind(draft: &Rules, stands: &Stands) {
    if let Some(cause) = &stands.cause {
        let at = format!("{}:{}", cause.file, cause.line);
        complain(&format!(
            "mind: this failed because of another state, and no rule is asked about it; see {at}"
        ));
        return;
    }
    for broken in laws::check(draft, &gather::judge).iter().filter(|broken| !broken.law.only_warns()) {
        complain(&format!("mind: {}. {}", broken.text, broken.help));
    }
}

/// The file in a directory that the rule fits into: the one with the most rules for this function.
fn file_in(into: &Path, stands: &Stands) -> PathBuf {
    if !into.is_dir() {
        return into.to_owned();
    }
    let function = match &stands.record {
        Record::State(State { function: Some(function), .. }) => function.get().into_owned(),
        _ => "messages".to_owned(),
    };
    let mut best: Option<(usize, String)> = None;
    if let Ok(rules) = Rules::load(false, &[into.to_owned()]) {
        let is_for = |rule: &&Rule| rule.is_for_function(&function);
        let mut paths: Vec<&str> = rules.iter().filter(is_for).map(|rule| rule.path.as_str()).collect();
        paths.sort_unstable();
        let most = paths.chunk_by(|a, b| a == b).max_by_key(|same| same.len());
        best = most.and_then(|same| Some((same.len(), (*same.first()?).to_owned())));
    }
    let module = function.split('.').next().unwrap_or_default().replace(['/', '\\'], "-");
    best.map_or_else(|| into.join(format!("{module}.toml")), |(_, path)| PathBuf::from(path))
}

/// The output in which the record stands, such that it is read as the same thing again.
fn output(here: &Here, stands: &Stands) -> Result<String, Refused> {
    let at = stands.record.at();
    let mut bytes = Vec::new();
    let mut feed = input::open(&here.source).map_err(|error| error.to_string())?;
    let name = here.source.name();
    feed.read_to_end(&mut bytes).map_err(|error| format!("{name}: {}", words(&error)))?;
    let plain = colour::strip(&bytes);
    let text = String::from_utf8_lossy(&plain);
    let lines =
        text.lines().skip(at.line.saturating_sub(1) as usize).take((at.end_line - at.line + 1) as usize);
    let margin = NESTED_INDENT * usize::from(at.depth);
    let own = |line: &str| match line.get(..margin).is_some_and(|blank| blank.trim().is_empty()) {
        true => line.get(margin..).unwrap_or_default().to_owned(),
        false => line.to_owned(),
    };
    let pasted: String = lines.map(|line| own(line) + "\n").collect();
    let minion = at.minion.as_ref().map(|minion| minion.get().into_owned());
    let headed = minion.map(|minion| format!("{minion}:\n{pasted}"));
    let rebuilt = match &stands.record {
        Record::State(state) => Some(rebuilt(state)),
        Record::Message(message) => rebuilt_message(message),
        _ => None,
    };
    let candidates = [headed, Some(pasted), rebuilt];
    let same = candidates.into_iter().flatten().find(|output| reads_the_same(output, &stands.record));
    same.ok_or_else(|| {
        let line = here.line;
        Refused::Because(format!(
            "what stands in line {line} can't be taken out of its place and still be read"
        ))
    })
}

fn reads_the_same(output: &str, record: &Record<'_>) -> bool {
    let (mut same, mut stray) = (0, false);
    gather::judge(&Rules::default(), output, &mut |read, _, _| match (read, record) {
        (Record::State(read), Record::State(state)) => same += usize::from(fields(read) == fields(state)),
        (Record::Message(read), Record::Message(message)) => {
            let text = |message: &Message<'_>| (message.kind, message.text.get().trim().to_owned());
            same += usize::from(text(read) == text(message));
        }
        (Record::Stray(_), _) => stray = true,
        _ => {}
    });
    same == 1 && !stray
}

fn fields<'s>(state: &'s State<'_>) -> impl PartialEq + use<'s> {
    let get = |text: &Option<Text<'_>>| text.as_ref().map(|text| text.get().trim().to_owned());
    (
        get(&state.name),
        get(&state.function),
        get(&state.comment),
        state.outcome.word(),
        state.result.is_some(),
    )
}

/// A state as `--out=json` prints it.
fn rebuilt(state: &State<'_>) -> String {
    let get = |text: &Option<Text<'_>>| text.as_ref().map(|text| text.get().into_owned()).unwrap_or_default();
    let function = get(&state.function);
    let (module, function) = function.split_once('.').unwrap_or(("", &function));
    let (id, name) = (get(&state.id), get(&state.name));
    let result = state.result.and_then(|result| match result {
        StateResult::True => Some(true),
        StateResult::False => Some(false),
        StateResult::None => None,
    });
    let key = format!("{module}_|-{id}_|-{name}_|-{function}");
    let minion = state.at.minion.as_ref().map_or_else(|| "local".to_owned(), |it| it.get().into_owned());
    let changes = state.changes.as_ref().map_or_else(|| serde_json::json!({}), |it| it.get().clone());
    let returned = serde_json::json!({ minion: { key: {
        "name": name, "result": result, "comment": get(&state.comment), "changes": changes, "__id__": id,
        "__run_num__": state.run_num.unwrap_or(0), "start_time": get(&state.started),
        "duration": state.duration_ms.unwrap_or(0.0),
    }}});
    format!("{returned:#}")
}

/// What a minion returned instead of states, as `--out=json` prints it.
fn rebuilt_message(message: &Message<'_>) -> Option<String> {
    let text = message.text.get();
    let value = match message.kind {
        Kind::Compile => serde_json::json!([text]),
        Kind::Return => serde_json::json!(text),
        _ => return None,
    };
    let minion = message.at.minion.as_ref().map_or_else(|| "local".to_owned(), |it| it.get().into_owned());
    Some(format!("{:#}", serde_json::json!({ minion: value })))
}
