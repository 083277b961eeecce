//! Text in any form: blocks, terse lines, tables, Summaries, returns, compile errors.

#![no_main]

use libfuzzer_sys::fuzz_target;
use saltlint::frame::InputFormat;

fuzz_target!(|bytes: &[u8]| {
    saltlint_fuzz::hold(bytes, InputFormat::Text);
    saltlint_fuzz::hold(bytes, InputFormat::Auto);
});
