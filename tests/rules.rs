//! Rules: those that are built in hold the laws, and a bad rule file is told what is wrong with it.

use std::fs;
use std::path::PathBuf;

use saltlint::digest::Digest;
use saltlint::record::Record;
use saltlint::report::{Report, Seen};
use saltlint::rules::{Around, Rule, Rules, laws};
use saltlint::run;

/// Shows somebody each record with the rule that spoke.
struct Judged<'t>(&'t mut dyn FnMut(&Record<'_>, Option<&Rule>, &Around<'_>));

impl Report for Judged<'_> {
    fn record(&mut self, seen: &Seen<'_, '_>) -> std::io::Result<()> {
        let known = seen.verdict.around.as_deref();
        let around = known.map(|known| known.around()).unwrap_or_default();
        (self.0)(seen.record, seen.verdict.rule, &around);
        Ok(())
    }

    fn pause(&mut self) -> std::io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, _: &Digest, _: u8) -> std::io::Result<()> {
        Ok(())
    }
}

fn judge(rules: &Rules, output: &str, take: &mut dyn FnMut(&Record<'_>, Option<&Rule>, &Around<'_>)) {
    run::piece(rules, output, Box::new(Judged(take))).unwrap();
}

#[test]
fn built_in_rules_hold_the_laws() {
    let rules = Rules::load(true, &[]).unwrap_or_else(|wrong| panic!("{}", wrong.render(100, true, false)));
    assert!(rules.iter().count() > 20);
    let broken = laws::check(&rules, &judge);
    let (warned, broken): (Vec<_>, Vec<_>) = broken.iter().partition(|it| it.law.only_warns());
    let listed =
        |these: &[&laws::Violation<'_>]| -> String { these.iter().map(|it| format!("{it}\n")).collect() };
    assert!(broken.is_empty(), "{}", listed(&broken));
    // A terse line has no words to ask for, nor has a return of nothing.
    assert!(warned.len() <= 3, "{}", listed(&warned));
    let bare: Vec<_> = rules.iter().filter(|rule| rule.counterexamples.is_empty()).map(|it| &it.id).collect();
    assert!(bare.is_empty(), "no counterexample: {bare:?}");
}

/// `BLESS=1 cargo test` writes what is expected.
#[test]
fn a_bad_rule_file_is_told_what_is_wrong() {
    let stories = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/bad-rules");
    let mut count = 0;
    for story in fs::read_dir(&stories).unwrap() {
        let story = story.unwrap().path();
        let wrong = Rules::load(false, &[story.join("rules.toml")]).expect_err(&story.display().to_string());
        let said = wrong.render(100, true, false).replace(&format!("{}/", story.display()), "");
        let file = story.join("expected.txt");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&file, &said).unwrap();
        }
        assert_eq!(said, fs::read_to_string(&file).unwrap_or_default(), "{}", story.display());
        count += 1;
    }
    assert!(count > 10);
}
