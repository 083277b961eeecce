//! The pipeline by stage: frame, + decode, + judge, + report. Bytes a second of varied input in every form.
//!
//! `cargo bench` measures; `cargo bench -- full.txt` one form of input only, `-- rules` what many rules cost. The whole
//! program beside others is `benches/compare`'s; what was measured before is in `benches/runs/`.

#[path = "pipeline/salt.rs"]
mod salt;
#[path = "pipeline/site.rs"]
mod site;

use std::hint::black_box;
use std::io;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use saltlint::decode::decode;
use saltlint::digest::Digest;
use saltlint::frame::{Frames, InputFormat};
use saltlint::record::Record;
use saltlint::report::{self, Format, Look, Seen, Show};
use saltlint::rules::Rules;
use saltlint::verdict::{Ledger, judge};

/// Bytes of input: more than any cache holds, and short enough for many rounds.
const SIZE: usize = 32 << 20;

fn frame(input: &[u8]) -> u64 {
    let mut frames = Frames::new(input, InputFormat::Auto);
    let mut units = 0;
    while let Some(unit) = frames.next(&mut |_, _| ()).expect("memory can be read") {
        black_box(&unit);
        units += 1;
    }
    units
}

fn each(input: &[u8], mut see: impl FnMut(&Record<'_>)) {
    let mut frames = Frames::new(input, InputFormat::Auto);
    while let Some(unit) = frames.next(&mut |_, _| ()).expect("memory can be read") {
        see(&decode(unit));
    }
}

/// Reads what a report would ask for: comments and changes of what is not clean.
fn read(input: &[u8]) -> usize {
    let mut bytes = 0;
    each(input, |record| {
        if let Record::State(state) = record
            && state.changes.as_ref().is_some_and(|changes| !changes.raw().is_empty())
        {
            bytes += state.comment.as_ref().map_or(0, |comment| comment.get().len());
            bytes += usize::from(state.changes.as_ref().is_some_and(|changes| changes.get().is_object()));
        }
    });
    bytes
}

fn judged(input: &[u8], rules: &Rules) {
    let mut ledger = Ledger::default();
    each(input, |record| drop(black_box(judge(rules, &mut ledger, "-", record))));
}

fn reported(input: &[u8], rules: &Rules, format: Format) {
    let look = Look {
        color: false,
        unicode: true,
        width: 100,
        show: Show::Attention,
        group: false,
        links: None,
        states: None,
    };
    let mut report = report::open(format, &look, Box::new(io::sink()));
    let (mut ledger, mut digest) = (Ledger::default(), Digest::default());
    each(input, |record| {
        let verdict = judge(rules, &mut ledger, "-", record);
        digest.note("-", record, &verdict);
        let seen = Seen { file: "-", record, verdict: &verdict, digest: &digest };
        report.record(&seen).expect("a sink takes all");
    });
    report.finish(&digest, 0).expect("a sink takes all");
}

fn stages(criterion: &mut Criterion) {
    let rules = Rules::load(true, &[]).expect("the built-in rules are right");
    for (form, name) in salt::Form::ALL {
        let input = salt::some(form, SIZE, 7);
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(input.len() as u64)).sample_size(10);
        let stage = |name: &str| BenchmarkId::from_parameter(name);
        group.bench_with_input(stage("frame"), &input, |bench, input| bench.iter(|| frame(input)));
        group.bench_with_input(stage("decode"), &input, |bench, input| bench.iter(|| read(input)));
        group.bench_with_input(stage("judge"), &input, |bench, input| bench.iter(|| judged(input, &rules)));
        for format in [Format::Terminal, Format::Ndjson] {
            let name = format!("report-{}", format.name());
            group.bench_with_input(stage(&name), &input, |bench, input| {
                bench.iter(|| reported(input, &rules, format));
            });
        }
        group.finish();
    }
}

/// What many rules cost: loading ten thousand, and judging by them, by ten, and by none.
fn scale(criterion: &mut Criterion) {
    let load = |text: &str| Rules::from_text("site.toml", text).expect("they are right");
    let mut group = criterion.benchmark_group("rules");
    group.sample_size(10);
    for (name, examples) in [("load-10000", false), ("load-10000-with-examples", true)] {
        let text = site::pack(10_000, examples);
        group.bench_function(name, |bench| bench.iter(|| load(&text)));
    }
    let input = salt::some(salt::Form::Full, SIZE / 4, 7);
    group.throughput(Throughput::Bytes(input.len() as u64));
    for count in [0, 10, 10_000] {
        let rules = load(&site::pack(count, false));
        group.bench_function(format!("judge-by-{count}"), |bench| bench.iter(|| judged(&input, &rules)));
    }
    group.finish();
}

criterion_group!(benches, stages, scale);
criterion_main!(benches);
