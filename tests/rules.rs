//! Rules: those that are built in hold the laws, and a bad rule file is told what is wrong with it.

use std::fs;
use std::path::PathBuf;

use saltlint::digest::Digest;
use saltlint::record::Record;
use saltlint::report::{Report, Seen};
use saltlint::rules::{Around, Rule, Rules, Subject, laws};
use saltlint::run;

use crate::story;

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
    // What a user may leave to the order in a file we may not.
    assert!(warned.iter().all(|it| it.law == laws::Law::HasLiteral), "{}", listed(&warned));
    let bare: Vec<_> = rules.iter().filter(|rule| rule.counterexamples.is_empty()).map(|it| &it.id).collect();
    assert!(bare.is_empty(), "no counterexample: {bare:?}");
}

/// The index passes rules over; asking each of them gives the same answer.
#[test]
fn no_rule_is_passed_over_that_would_speak() {
    let rules = Rules::load(true, &[]).unwrap();
    let mut outputs: Vec<String> = story::stories()
        .iter()
        .map(|it| String::from_utf8_lossy(&fs::read(&it.file).unwrap()).into_owned())
        .collect();
    let examples = rules.iter().flat_map(|rule| rule.examples.iter().chain(&rule.counterexamples));
    outputs.extend(examples.map(|example| example.output.clone()));
    let mut spoken = 0;
    for output in outputs {
        judge(&rules, &output, &mut |record, _, _| {
            let (subject, may) = match record {
                Record::State(state) => (Subject::State(state), rules.may_speak(state)),
                Record::Message(message) => {
                    (Subject::Message(message), rules.may_speak_message(message.kind, message.level))
                }
                _ => return,
            };
            let tried = rules.explain(&subject, &Around::default());
            let expected = tried.iter().find(|it| it.speaks).map(|it| it.rule.id.as_str());
            assert_eq!(rules.speak(&subject).map(|rule| rule.id.as_str()), expected, "{record:?}");
            assert!(may || expected.is_none(), "{record:?}");
            spoken += usize::from(expected.is_some());
        });
    }
    assert!(spoken > 500, "{spoken}");
}

/// What the build packed speaks as what stands in the folder, record by record, and says the same.
#[test]
fn packed_rules_are_the_rules() {
    let (whole, packed) = (Rules::load(true, &[]).unwrap(), Rules::for_run(true, &[]).unwrap());
    let told = |rule: &Rule| {
        let (help, tags) = (rule.help.clone(), rule.tags.clone());
        let asked: Vec<_> = rule.conditions().map(|(field, asked)| (field, asked.to_owned())).collect();
        let words = (rule.says(), rule.url.clone(), rule.why.clone(), rule.title.clone(), rule.owner.clone());
        (rule.id.clone(), rule.class, words, help, tags, asked, (rule.path.clone(), rule.line, rule.expires))
    };
    let [all, run] = [&whole, &packed].map(|rules| rules.iter().map(told).collect::<Vec<_>>());
    assert!(all == run && all.len() > 500);

    for example in whole.iter().flat_map(|rule| rule.examples.iter().chain(&rule.counterexamples)) {
        let [spoken, said] = [&whole, &packed].map(|rules| {
            let mut spoken = Vec::new();
            judge(rules, &example.output, &mut |_, rule, _| spoken.push(rule.map(|rule| rule.id.clone())));
            spoken
        });
        assert_eq!(spoken, said, "{}", example.output);
    }
}

/// A user's rule takes the place of the packed one of its name.
#[test]
fn a_packed_rule_is_replaced_as_any() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("cmd.toml");
    fs::write(&file, "[[rule]]\nid = 'ran'\nverdict = 'blocked'\n[rule.when]\nfunction = 'no.such'\n")
        .unwrap();
    let paths = [file];
    let [whole, packed] =
        [Rules::load(true, &paths), Rules::for_run(true, &paths)].map(|rules| rules.unwrap());
    let [all, run] = [&whole, &packed].map(|rules| rules.iter().map(|it| it.id.clone()).collect::<Vec<_>>());
    assert_eq!(all, run);
    assert_eq!(packed.get("cmd/ran").unwrap().layer, 1);
}

/// `BLESS=1 cargo test` writes what is expected.
#[test]
fn a_bad_rule_file_is_told_what_is_wrong() {
    // As cargo's tests see it: where lines are broken must not depend on where the repository lies.
    let stories = PathBuf::from("fixtures/bad-rules");
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
