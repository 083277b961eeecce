//! The main job, which needs no command: analyse inputs.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::rc::Rc;

use indicatif::ProgressBar;

use super::args::Analyse;
use super::complain::refuse;
use super::look::{self, Env, When};
use super::progress::{self, Above};
use super::settings::Settings;
use super::{Done, Refused, complain, config, expect, outputs, states};
use crate::input::Source;
use crate::report::{self, Around, Format, Look, Report, Show, States};
use crate::rules::Rules;
use crate::run::{self, Options};

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

    let expect = expect::minions(settings.expect.as_deref().unwrap_or_default())?;
    let rules = match Rules::for_run(settings.builtin_rules.unwrap_or(true), &settings.rules) {
        Ok(rules) => rules,
        Err(error) => {
            refuse(&error);
            return Err(Refused::Said);
        }
    };
    let bar = progress::bar(&inputs);
    let reports = reports(&settings, &inputs, bar.clone())?;
    let status = run::run(Options {
        progress: bar.as_ref().map(|bar| Box::new(progress::moves(bar)) as _),
        inputs,
        input_format: settings.input_format.unwrap_or_default(),
        rules: &rules,
        reports,
        fail_on: settings.fail_on.unwrap_or(crate::digest::FailOn::ActionRequired),
        expect,
        redact: settings.redact.unwrap_or(true),
        stats: settings.stats.unwrap_or(false),
    });
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    Ok(status?)
}

/// What is written: on standard output first, then in files.
pub(super) fn reports(
    settings: &Settings,
    inputs: &[Source],
    bar: Option<ProgressBar>,
) -> Result<Vec<Box<dyn Report>>, Refused> {
    let further = settings.output.clone().unwrap_or_default();
    let files = outputs::create(&further, inputs)?;
    let states = settings.states_root.as_deref().map(states::below).transpose()?.map(Rc::new);
    let mut reports = vec![on_stdout(settings, states.clone(), bar)?];
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

fn on_stdout(
    settings: &Settings,
    states: Option<Rc<States>>,
    bar: Option<ProgressBar>,
) -> io::Result<Box<dyn Report>> {
    let terminal = io::stdout().is_terminal();
    let columns = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let look = look(settings, terminal, columns.filter(|_| terminal));
    let format = settings.format.unwrap_or(Format::Terminal);
    let out = BufWriter::with_capacity(CHUNK, Above { out: stdout()?, bar: bar.filter(|_| terminal) });
    Ok(report::open_with(format, &look, around(format, states), Box::new(out)))
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
    }
}

/// Standard output without the standard library's buffer, which looks for the end of each line.
#[cfg(unix)]
fn stdout() -> io::Result<impl Write> {
    use std::os::fd::AsFd;
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

#[cfg(not(unix))]
fn stdout() -> io::Result<impl Write> {
    Ok(io::stdout())
}
