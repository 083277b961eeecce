//! Rule files: what is not refused speaks, explains and is held to the laws of packs without a panic; what is refused is
//! refused with words.

#![no_main]

use libfuzzer_sys::fuzz_target;
use saltlint::rules::Rules;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Rules::from_text("pack.toml", text) {
        Ok(rules) => {
            for rule in rules.iter() {
                assert!(rule.id.starts_with("pack/"), "{}", rule.id);
                assert!(rules.get(&rule.id).is_some());
            }
        }
        Err(errors) => assert!(!errors.to_string().is_empty()),
    }
});
