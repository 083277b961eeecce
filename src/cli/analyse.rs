//! The main job, which needs no command: analyse inputs.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::rc::Rc;

use super::args::Analyse;
use super::complain::refuse;
use super::look::{self, Env, When};
use super::progress::{self, Above, Held, Status};
use super::settings::Settings;
use super::{Done, Refused, complain, config, expect, outputs, states};
use crate::input::Source;
use crate::report::{self, Around, Format, Links, Look, Report, Show, States};
use crate::rules::Rules;
use crate::run::{self, Options, Tee};

/// How much of a report is written at once.
const CHUNK: usize = 64 * 1024;

pub(super) fn run(args: Analyse) -> Done {
    if args.inputs.is_empty() && io::stdin().is_terminal() {
        complain("no input: pipe Salt's output in, or name a file\n");
        let _ = write!(io::stderr(), "{}", super::command().render_help());
        return Err(Refused::Said);
    }
    let inputs = sources(&args.inputs)?;
    let settings = Settings::typed(&args).over(config::that_holds(&args.configured)?);

    let expect = expect::minions("--expect", settings.expect.as_deref().unwrap_or_default())?;
    let only = expect::minions("--minion", &args.written.minion)?;
    let rules = match Rules::for_run(settings.builtin_rules.unwrap_or(true), &settings.rules) {
        Ok(rules) => rules,
        Err(error) => {
            refuse(&error);
            return Err(Refused::Said);
        }
    };
    let tee = if args.tee { Some(tee(&inputs)?) } else { None };
    // Where the input runs over the same terminal, that moves enough; and what reads from a pipe (`less`) may own it.
    let alone = !tee.as_ref().is_some_and(|tee| tee.seen) && !is_piped()?;
    let status = if alone { progress::status(&inputs) } else { None };
    let reports = reports(&settings, &inputs, status.clone(), tee.as_ref())?;
    Ok(run::run(Options {
        progress: status.map(|status| Box::new(status.moves()) as _),
        inputs,
        input_format: settings.input_format.unwrap_or_default(),
        rules: &rules,
        reports,
        fail_on: settings.fail_on.unwrap_or(crate::digest::FailOn::ActionRequired),
        expect,
        only,
        redact: settings.redact.unwrap_or(true),
        stats: settings.stats.unwrap_or(false),
        tee,
    })?)
}

/// What is written: on standard output first, then in files.
pub(super) fn reports(
    settings: &Settings,
    inputs: &[Source],
    status: Option<Status>,
    tee: Option<&Tee>,
) -> Result<Vec<Box<dyn Report>>, Refused> {
    let further = settings.output.clone().unwrap_or_default();
    let files = outputs::create(&further, inputs)?;
    let states = settings
        .states_root
        .as_deref()
        .map(|root| states::below(root, settings.redact.unwrap_or(true)))
        .transpose()?
        .map(Rc::new);
    let mut reports = vec![main_report(settings, states.clone(), status, tee)?];
    for (output, file) in further.iter().zip(files) {
        reports.push(in_file(output.format, file, settings, states.clone()));
    }
    Ok(reports)
}

/// The inputs as named; standard input if none is.
pub(super) fn sources(named: &[PathBuf]) -> Result<Vec<Source>, String> {
    let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
    match named {
        [] => Ok(vec![Source::Stdin]),
        _ if named.iter().filter(|path| is_stdin(path)).count() > 1 => {
            Err("standard input (-) can be read only once; a file of this name is ./-".to_owned())
        }
        _ => Ok(named
            .iter()
            .map(|path| if is_stdin(path) { Source::Stdin } else { Source::Path(path.clone()) })
            .collect()),
    }
}

/// Standard output's report; that of standard error where standard output gets the input.
fn main_report(
    settings: &Settings,
    states: Option<Rc<States>>,
    status: Option<Status>,
    tee: Option<&Tee>,
) -> io::Result<Box<dyn Report>> {
    let terminal = if tee.is_some() { io::stderr().is_terminal() } else { io::stdout().is_terminal() };
    let columns = if tee.is_some() {
        terminal_size::terminal_size_of(io::stderr())
    } else {
        terminal_size::terminal_size()
    };
    let columns = columns.map(|(width, _)| usize::from(width.0));
    let mut look = look(settings, terminal, columns.filter(|_| terminal));
    if look.color && terminal {
        look.links = links(tee.is_some());
    }
    let format = settings.format.unwrap_or(Format::Terminal);
    let status = status.filter(|_| terminal);
    let out: Box<dyn Write> = match tee {
        // Both on one terminal would come in pieces between each other.
        Some(tee) if tee.seen && terminal => Box::new(Held::new(Above { out: stderr()?, status })),
        Some(_) => Box::new(BufWriter::with_capacity(CHUNK, Above { out: stderr()?, status })),
        None => Box::new(BufWriter::with_capacity(CHUNK, Above { out: stdout()?, status })),
    };
    Ok(report::open_with(format, &look, around(format, states), out))
}

/// What makes places into links, on a terminal that is known to follow them (`FORCE_HYPERLINK` says so, too).
#[cfg(unix)]
fn links(on_stderr: bool) -> Option<Links> {
    use supports_hyperlinks::Stream;
    let stream = if on_stderr { Stream::Stderr } else { Stream::Stdout };
    let here = std::env::current_dir().ok().filter(|_| supports_hyperlinks::on(stream))?;
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    Some(Links { host, here })
}

#[cfg(not(unix))]
fn links(_: bool) -> Option<Links> {
    None
}

/// Where the input is passed on to.
fn tee(inputs: &[Source]) -> Result<Tee, Refused> {
    let part = |input: &&Source| matches!(input, Source::Path(path) if !path.exists() && path.to_string_lossy().contains('!'));
    if let Some(part) = inputs.iter().find(part) {
        let name = part.name();
        return Err(Refused::Because(format!(
            "--tee passes on whole files, and {name} names one in an archive"
        )));
    }
    Ok(Tee { out: Box::new(stdout()?), seen: io::stdout().is_terminal() })
}

fn in_file(format: Format, file: File, settings: &Settings, states: Option<Rc<States>>) -> Box<dyn Report> {
    let look = look(settings, file.is_terminal(), None);
    let out = BufWriter::with_capacity(CHUNK, file);
    report::open_with(format, &look, around(format, states), Box::new(out))
}

/// What is around a format; a job's summary, where GitHub has one and it can be written.
fn around(format: Format, states: Option<Rc<States>>) -> Around {
    let summary = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|_| format == Format::Github);
    let file = summary.and_then(|file| File::options().append(true).create(true).open(file).ok());
    let step_summary = file.map(|file| Box::new(BufWriter::new(file)) as Box<dyn Write>);
    Around { states, step_summary }
}

fn look(settings: &Settings, terminal: bool, columns: Option<usize>) -> Look {
    let env: Env<'_> = &|name| std::env::var_os(name);
    Look {
        color: look::color(settings.color.unwrap_or(When::Auto), env, terminal),
        unicode: look::unicode(env),
        width: look::width(env, columns),
        show: settings.show.unwrap_or(Show::Attention),
        group: settings.group.unwrap_or(false),
        links: None,
        states: None,
    }
}

/// Standard output without the standard library's buffer, which looks for the end of each line.
#[cfg(unix)]
fn stdout() -> io::Result<impl Write> {
    use std::os::fd::AsFd;
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

/// Does another program read standard output?
#[cfg(unix)]
fn is_piped() -> io::Result<bool> {
    use std::os::fd::AsFd;
    use std::os::unix::fs::FileTypeExt;
    let out = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    Ok(out.metadata().is_ok_and(|it| it.file_type().is_fifo()))
}

#[cfg(not(unix))]
fn is_piped() -> io::Result<bool> {
    Ok(!io::stdout().is_terminal())
}

/// Standard error in the same way.
#[cfg(unix)]
fn stderr() -> io::Result<impl Write> {
    use std::os::fd::AsFd;
    Ok(File::from(io::stderr().as_fd().try_clone_to_owned()?))
}

#[cfg(not(unix))]
fn stdout() -> io::Result<impl Write> {
    Ok(io::stdout())
}

#[cfg(not(unix))]
fn stderr() -> io::Result<impl Write> {
    Ok(io::stderr())
}
