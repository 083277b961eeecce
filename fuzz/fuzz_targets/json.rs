//! JSON, whole and broken; and how a document is laid out makes no difference to its states.

#![no_main]

use libfuzzer_sys::fuzz_target;
use saltlint::frame::InputFormat;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    saltlint_fuzz::hold(bytes, InputFormat::Json);
    let Ok(document) = serde_json::from_slice::<Value>(bytes) else { return };
    if document.is_object() {
        let (one_line, pretty) = (serde_json::to_vec(&document), serde_json::to_vec_pretty(&document));
        let read = |text: serde_json::Result<Vec<u8>>| text.map(|text| saltlint_fuzz::records(&text)).unwrap_or_default();
        assert_eq!(read(one_line), read(pretty));
    }
});
