//! What the key of a member tells: a state, an envelope around states, or else a minion.

/// What joins the parts of a state's key (`salt.utils.state.gen_tag`).
pub const SEPARATOR: &[u8] = b"_|-";

/// Where the separators stand.
pub fn separators(key: &[u8]) -> impl DoubleEndedIterator<Item = usize> {
    let bars = memchr::memchr_iter(b'|', key);
    bars.filter_map(|at| at.checked_sub(1).filter(|start| key[*start..].starts_with(SEPARATOR)))
}

/// Is this `module_|-id_|-name_|-function`? IDs and names can hold the separator too.
pub fn is_state(key: &[u8]) -> bool {
    separators(key).nth(2).is_some()
}

/// Where the separators of a state's key stand, as offsets into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Parts {
    /// Bytes of the key.
    pub length: u32,
    /// Behind the module.
    pub first: u32,
    /// Behind the ID, unless that holds a separator itself.
    pub second: u32,
    /// Before the function.
    pub last: u32,
}

/// The parts of a key; all of it is the module where a separator is missing.
pub fn parts(key: &[u8]) -> Parts {
    // A unit is never as large as 4 GiB.
    let length = key.len() as u32;
    let mut places = separators(key).map(|at| at as u32);
    let first = places.next().unwrap_or(length);
    let second = places.next().unwrap_or(length);
    let last = places.next_back().unwrap_or(second);
    Parts { length, first, second, last }
}

/// The ID in a state's key; right unless the ID itself holds the separator.
pub fn id(key: &[u8]) -> &[u8] {
    let mut places = separators(key);
    let start = places.next().map_or(0, |at| at + SEPARATOR.len());
    &key[start..places.find(|at| *at >= start).unwrap_or(key.len())]
}

/// Is this a key that wraps returns, or stands beside them, and so names no minion? `local` names one (`salt-call`).
pub(super) fn is_envelope(key: &[u8]) -> bool {
    is_wrapper(key)
        || matches!(
            key,
            b"retcode"
                | b"outputter"
                | b"out"
                | b"jid"
                | b"__jid__"
                | b"fun"
                | b"fun_args"
                | b"id"
                | b"success"
                | b"cmd"
                | b"_stamp"
                | b"full_ret"
                | b"return_type"
                | b"Function"
                | b"Arguments"
                | b"Target"
                | b"Target-type"
                | b"User"
                | b"StartTime"
                | b"Minions"
                | b"tgt"
                | b"tgt_type"
                | b"user"
                | b"metadata"
                | b"tag"
        )
}

/// Is this a key whose value holds returns?
pub(super) fn is_wrapper(key: &[u8]) -> bool {
    matches!(key, b"return" | b"ret" | b"data" | b"Result") || key.starts_with(b"state.")
}
