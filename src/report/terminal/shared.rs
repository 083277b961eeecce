//! What is the same on several minions, said once; and with `--group` every finding so, in place of the sections'.

use super::finding::{numbered, place, sign};
use super::sheet::{BOLD, PLAIN, Sheet, WHERE};
use crate::digest::{Digest, Group};

/// So many findings are listed where the sections list them too …
const SHORT: usize = 8;
/// … and so many with `--group`.
const LONG: usize = 200;

/// The findings of several minions; nothing where there are none.
pub(super) fn findings(sheet: &mut Sheet<'_>, digest: &Digest) {
    let (groups, most) = match sheet.look.group {
        true => (digest.found(), LONG),
        false => (digest.shared(), SHORT),
    };
    if groups.is_empty() {
        return;
    }
    let title = if sheet.look.group { "Findings, each once:" } else { "The same on several minions:" };
    sheet.line(0, 2, &[(BOLD, title)]);
    for group in groups.iter().take(most) {
        finding(sheet, group, digest);
    }
    if groups.len() > most {
        sheet.line(2, 2, &[(PLAIN, &format!("... and {} more", groups.len() - most))]);
    }
    sheet.gap();
}

/// Runs that a failed state ended while others went on.
pub(super) fn ended_early(sheet: &mut Sheet<'_>, digest: &Digest) {
    let (runs, more, longest) = digest.ended_early();
    if runs.is_empty() {
        return;
    }
    let title = format!(
        "Stopped at a failed state, while another run held {longest} states (failhard? Salt does not say what did not run):"
    );
    sheet.line(0, 2, &[(BOLD, &title)]);
    for run in runs.iter().take(SHORT) {
        let who = run.minion.as_deref().unwrap_or("a run without a minion's name");
        let states = format!(" after {} states   ", run.states);
        sheet.line(2, 2, &[(BOLD, who), (PLAIN, &states), (WHERE, &place(&run.at.0, run.at.1))]);
    }
    match runs.len().saturating_sub(SHORT) as u64 + more {
        0 => {}
        more => sheet.line(2, 2, &[(PLAIN, &format!("... and {more} more"))]),
    }
    sheet.gap();
}

/// `! on 12 of 40 minions: apt knows no package ngnix  (pkg.installed web)   run.log:19`
fn finding(sheet: &mut Sheet<'_>, group: &Group, digest: &Digest) {
    let (sign, style) = sign(group.class, sheet.look.unicode);
    let on = match (group.minions, digest.minions) {
        (0, _) | (_, 0 | 1) => String::new(),
        (some, all) if some == all => format!("on all {all} minions: "),
        (some, all) => format!("on {some} of {all} minions: "),
    };
    let (says, what) = match (&group.says, &group.comment) {
        (Some(says), _) => (says.as_str(), format!("   {}", group.what)),
        (None, Some(comment)) => (group.what.as_str(), format!(": {comment}")),
        (None, None) => (group.what.as_str(), String::new()),
    };
    let (sign, place) = (format!("{sign} "), format!("   {}", place(&group.first.0, group.first.1)));
    sheet.line(2, 2, &[(style, &sign), (PLAIN, &on), (style, says), (PLAIN, &what), (WHERE, &place)]);
    if group.minions > 0 && digest.minions > 1 {
        let outliers = digest.without(group);
        let names = match (outliers.is_empty(), group.minions - group.names.len() as u64) {
            (false, _) => format!("all but {}", outliers.join(", ")),
            (true, 0) => group.names.join(", "),
            (true, more) => format!("{} and {more} more", group.names.join(", ")),
        };
        sheet.field("on", PLAIN, &names);
    }
    if group.blocked > 0 {
        let states = if group.blocked == 1 { "state" } else { "states" };
        sheet.field("blocked", PLAIN, &format!("{} more {states} did not run because of it", group.blocked));
    }
    if sheet.look.group {
        numbered(sheet, &group.help, group.url.as_deref());
    }
}
