//! Did a state not run? Only its comment tells, and in JSON nothing tells more that text would keep.

/// True if `comment`, of a state with result True and without changes, says that the state did not run because of
/// `unless`, `onlyif`, `creates` (`salt.state.State._run_check`, `salt.states.cmd.mod_run_check`), `onchanges` or
/// `onfail` (`salt.state.State.call_chunk`). Any state takes these, so its function tells nothing.
pub(super) fn skipped(comment: &[u8]) -> bool {
    const SAID: [&[u8]; 6] = [
        b"State was not run because ",
        b"unless condition is true",
        b"onlyif condition is false",
        // Until 2019.2; the failure is the condition's, not the state's.
        b"unless execution succeeded",
        b"onlyif execution failed",
        b"All files in creates exist",
    ];
    let comment = comment.trim_ascii();
    // Nearly every comment begins with something else.
    if !matches!(comment.first(), Some(b'S' | b'u' | b'o' | b'A' | b'/')) && comment.get(1) != Some(&b':') {
        return false;
    }
    SAID.iter().any(|said| comment.starts_with(said)) || is_path_that_exists(comment)
}

/// `/srv/marker exists`: a path and nothing else. States that speak of paths say `Path …`, `Directory …`.
fn is_path_that_exists(comment: &[u8]) -> bool {
    let Some(path) = comment.strip_suffix(b" exists") else { return false };
    let windows = matches!(path, [drive, b':', b'\\' | b'/', ..] if drive.is_ascii_alphabetic());
    (path.first() == Some(&b'/') || windows) && !path.contains(&b'\n')
}

#[cfg(test)]
mod tests {
    use super::skipped;

    #[test]
    fn guards_skip_and_results_do_not() {
        for comment in [
            "unless condition is true",
            "onlyif condition is false",
            "unless execution succeeded",
            "onlyif execution failed",
            "State was not run because none of the onchanges reqs changed",
            "State was not run because onfail req did not change",
            "/srv/demo/srv/marker exists",
            "C:\\marker exists",
            "All files in creates exist",
        ] {
            assert!(skipped(comment.as_bytes()), "{comment}");
        }
        for comment in ["", "Path /srv exists", "Success!", "exists", "/srv/a\nand /srv/b exists"] {
            assert!(!skipped(comment.as_bytes()), "{comment}");
        }
    }
}
