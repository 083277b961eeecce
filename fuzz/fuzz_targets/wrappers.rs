//! What lies around lines: the first byte chooses it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use saltlint::frame::InputFormat;

const AROUND: [&[u8]; 10] = [
    b"    default: ",
    b"web-1  | ",
    b"15:47:10 ",
    b"2024-01-01T00:00:00.0000000Z ",
    b"Aug 15 03:30:38 host salt-call[57]: ",
    b"#12 3.4 ",
    b"[default] ",
    b"> ",
    b"   7\t",
    b"  ",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let around = AROUND[usize::from(*first) % AROUND.len()];
    let lines: Vec<_> = rest.split(|byte| *byte == b'\n').map(|line| [around, line].concat()).collect();
    saltlint_fuzz::hold(&lines.join(&b'\n'), InputFormat::Auto);
});
