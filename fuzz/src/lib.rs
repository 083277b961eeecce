//! What the fuzz targets share: the laws of the tests, and how an input says how it is to be read.

use saltlint::frame::InputFormat;

#[path = "../../tests/held.rs"]
mod held;

/// Panics where a law is broken. In what pieces the input comes is made of its length.
pub fn hold(bytes: &[u8], format: InputFormat) {
    let piece = 1 + bytes.len() % 61;
    if let Some(why) = held::broken(bytes, format, piece) {
        panic!("in pieces of {piece}: {why}");
    }
}

/// The records as they are shown, without the lines that they stand on.
pub fn records(bytes: &[u8]) -> Vec<String> {
    use saltlint::record::Record;
    let shown = held::read(bytes, InputFormat::Auto).into_iter().filter_map(|record| match record {
        Record::State(mut state) => {
            (state.at.line, state.at.end_line) = (0, 0);
            Some(format!("{state:?}"))
        }
        _ => None,
    });
    shown.collect()
}
