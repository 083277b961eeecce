//! `saltlint man`

use super::Done;

pub(super) fn run() -> Done {
    let mut page = Vec::new();
    clap_mangen::Man::new(super::command()).manual("User Commands").render(&mut page)?;
    super::print(&page)?;
    Ok(0)
}
