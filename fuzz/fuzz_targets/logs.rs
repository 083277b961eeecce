//! Salt's logs in its own formats and in people's, among anything.

#![no_main]

use libfuzzer_sys::fuzz_target;
use saltlint::frame::InputFormat;

fuzz_target!(|bytes: &[u8]| {
    saltlint_fuzz::hold(bytes, InputFormat::Auto);
    // The same in a log: a prefix at the first line, what follows is the entry's or not.
    let entry = [&b"2021-07-26 15:10:03,588 [salt.state       :300 ][INFO    ][1026] "[..], bytes].concat();
    saltlint_fuzz::hold(&entry, InputFormat::Auto);
});
