//! How bad is what a minion returned instead of states? Salt says so in words only; here they are, for text and JSON.

use crate::record::{Class, Kind, Value};

/// Beginnings by which a minion, or the master for it, says that nothing was done.
const FAILED: [&str; 18] = [
    // salt.client.LocalClient, salt.cli.salt
    "Minion did not return",
    "Minion did not respond",
    "No minions matched",
    "No return received",
    // salt.minion.Minion._thread_return
    "Passed invalid arguments",
    "The minion function caused an exception",
    "Command required for '",
    "Exception occurred in runner",
    "Exception occurred in wheel",
    "Function '",
    // salt.modules.state
    "The function \"",
    "ERROR",
    "Error:",
    "CRITICAL",
    "Traceback (most recent call last)",
    "Authentication error",
    "Failed to authenticate",
    // salt.output.json_out
    "Unable to serialize output to json",
];

/// Pieces by which salt-ssh, ssh itself or the shim say that a host was not reached, or could not be used
/// (`salt.client.ssh`).
const SSH: [&str; 33] = [
    "ssh: connect to host",
    "ssh: Could not resolve hostname",
    "ssh_exchange_identification",
    "kex_exchange_identification",
    "Permission denied (",
    "Permission denied, please try again",
    "Permission denied for host",
    "The host key needs to be accepted",
    "REMOTE HOST IDENTIFICATION HAS CHANGED",
    "Host key verification failed",
    "No ECDSA host key is known",
    "No ED25519 host key is known",
    "No RSA host key is known",
    "Connection closed by",
    "Connection timed out during banner exchange",
    "Failed to return clean data",
    "Internal error while parsing the command output",
    "Failure deploying thin",
    "Failure deploying ext_mods",
    "salt-thin",
    "salt thin",
    "Unable to locate appropriate python command",
    "Python environment not found on",
    "scp not found",
    "No scp binary",
    "sudo is configured with requiretty",
    "An internal error occurred with the shim",
    "Undefined SHIM state",
    "sudo expected a password, NOPASSWD required",
    "Python version error. Recommendation(s) follow",
    "Permissions problem, target user may need to be root",
    "Permission denied, no authentication information",
    "Unable to set permissions on thin directory",
];

/// What a text is that a minion returned, and how urgent.
pub(super) fn weigh(text: &str) -> (Kind, Class) {
    let text = text.trim();
    if is_ssh(text) {
        return (Kind::Ssh, Class::ActionRequired);
    }
    let failed = text.is_empty()
        || text == "None"
        || FAILED.iter().any(|failed| text.starts_with(failed) && is_whole(text, failed))
        || text.contains("Traceback (most recent call last):")
        || is_unavailable(text);
    (Kind::Return, if failed { Class::ActionRequired } else { Class::Clean })
}

/// What any other value is, how urgent, and what it says, if that is less than the whole value.
pub(super) fn weigh_value(value: &Value) -> (Kind, Class, Option<String>) {
    match value {
        Value::String(text) => {
            let (kind, class) = weigh(text);
            (kind, class, Some(text.clone()))
        }
        Value::Null => (Kind::Return, Class::ActionRequired, None),
        Value::Bool(false) => (Kind::Return, Class::Review, None),
        Value::Bool(true) | Value::Number(_) | Value::Array(_) => (Kind::Return, Class::Clean, None),
        Value::Object(map) if map.is_empty() => (Kind::Return, Class::Review, Some(String::new())),
        Value::Object(_) => weigh_shell(value),
    }
}

/// `retcode`, `stderr` and `stdout` of a host, as salt-ssh returns them where it got no states, or a command's.
fn weigh_shell(value: &Value) -> (Kind, Class, Option<String>) {
    let said = |key| match value.get(key) {
        Some(Value::String(text)) if !text.trim().is_empty() && text.trim() != "None" => Some(text.trim()),
        _ => None,
    };
    let code = match value.get("retcode") {
        Some(Value::Number(code)) => code.as_i64(),
        Some(Value::String(code)) => code.trim().parse().ok(),
        _ => None,
    };
    let text: Vec<&str> = ["stderr", "stdout", "return"].into_iter().filter_map(said).collect();
    // What salt-ssh makes of it says less than the host itself.
    let text = text.into_iter().chain(said("_error")).collect::<Vec<_>>().join("\n");
    let shell = value.get("stderr").is_some() || value.get("stdout").is_some();
    let failed = code.is_some_and(|code| code != 0);
    match () {
        () if value.get("_error").is_some() => (Kind::Ssh, Class::ActionRequired, Some(text)),
        () if shell && failed => (Kind::Ssh, Class::ActionRequired, Some(text)),
        () if shell && code.is_some() && is_ssh(&text) => (Kind::Ssh, Class::ActionRequired, Some(text)),
        () if failed => (Kind::Return, Class::ActionRequired, (!text.is_empty()).then_some(text)),
        () => (Kind::Return, Class::Clean, None),
    }
}

/// Is this an element of the list that stands for states which did not compile? Where lists are printed like any other
/// value (salt-ssh), nothing but the words tells.
pub(super) fn is_compile_error(text: &str) -> bool {
    const SAID: [&str; 14] = [
        "Rendering SLS",
        "No matching sls found for",
        "Specified SLS",
        "Unknown include",
        "Detected conflicting IDs",
        "Pillar failed to render",
        "The function \"",
        "A recursive requisite was found",
        "Cannot extend ID",
        "State '",
        "ID '",
        "No Top file",
        "Unable to render top file",
        "Too many functions declared in state",
    ];
    SAID.iter().any(|said| text.trim_start().starts_with(said))
}

fn is_ssh(text: &str) -> bool {
    SSH.iter().any(|said| text.contains(said)) || text.starts_with("ssh: ")
}

/// Is the beginning a word of its own, and not a longer one's? (`ERRORS: 0`)
fn is_whole(text: &str, failed: &str) -> bool {
    let next = text[failed.len()..].chars().next();
    match failed {
        "ERROR" | "CRITICAL" => !next.is_some_and(char::is_alphanumeric),
        "Function '" => text.contains("' is not available") || text.contains("' was not found"),
        "The function \"" => text.contains("is running as PID"),
        _ => true,
    }
}

/// `'test.pong' is not available.`, `Module 'x' is not available.` (`salt.utils.error`, `salt.loader.lazy`).
fn is_unavailable(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let subject = first.strip_prefix("Module ").or(first.strip_prefix("Function ")).unwrap_or(first);
    subject.starts_with('\'')
        && (first.contains("' is not available")
            || first.contains("' __virtual__ returned False")
            || first.contains("' was not found"))
}

#[cfg(test)]
mod tests {
    use super::{weigh, weigh_value};
    use crate::record::{Class, Kind};

    #[test]
    fn what_says_that_nothing_was_done_needs_someone() {
        for text in [
            "Minion did not return. [No response]\nThe minions may not have all finished running",
            "Minion did not return. [Not connected]",
            "Minion did not return",
            "Passed invalid arguments to state.apply: boom",
            "'test.pong' is not available.",
            "Module 'nope' is not available.",
            "The minion function caused an exception: Traceback (most recent call last):\n  File …",
            "ERROR: something",
            "ERROR executing 'state.apply': boom",
            "",
        ] {
            assert_eq!(weigh(text), (Kind::Return, Class::ActionRequired), "{text}");
        }
        for text in ["True", "a\nb", "ERRORS: 0", "Function 'x' ran", "hello"] {
            assert_eq!(weigh(text), (Kind::Return, Class::Clean), "{text}");
        }
    }

    #[test]
    fn hosts_that_ssh_does_not_reach_are_ssh() {
        for text in [
            "ssh: connect to host 127.0.0.1 port 24599: Connection refused",
            "root@10.0.0.1: Permission denied (publickey,password).",
            "The host key needs to be accepted, to auto accept run salt-ssh with the -i flag:\n…",
            "ERROR: Failure deploying thin, undefined state: \n…",
        ] {
            assert_eq!(weigh(text), (Kind::Ssh, Class::ActionRequired), "{text}");
        }
        let value = serde_json::json!({"retcode": 255, "stderr": "ssh: no\n", "stdout": ""});
        assert_eq!(weigh_value(&value), (Kind::Ssh, Class::ActionRequired, Some("ssh: no".to_owned())));
        let value = serde_json::json!({"_error": "Failed to return clean data", "retcode": 1, "stderr": "", "stdout": "x"});
        assert_eq!(
            weigh_value(&value),
            (Kind::Ssh, Class::ActionRequired, Some("x\nFailed to return clean data".to_owned()))
        );
        let value = serde_json::json!({"retcode": 0, "stderr": "", "stdout": "x"});
        assert_eq!(weigh_value(&value), (Kind::Return, Class::Clean, None));
    }
}
