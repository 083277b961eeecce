//! Writes the inputs that `benches/compare` measures: `cargo bench --bench inputs -- FOLDER BYTES` makes a fleet's highstate
//! in every form, the same minions in each, so that `full.txt` has that many bytes; and rule packs of a site.
//!
//! `cargo bench` alone runs it too, without a folder: then it writes nothing.

#[expect(dead_code, reason = "here it is written as it is made")]
#[path = "pipeline/salt.rs"]
mod salt;
#[path = "pipeline/site.rs"]
mod site;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use salt::Form;

const SEED: u64 = 7;

fn write(folder: &Path, size: usize) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut bytes = 0;
    let minions = salt::fleet(Form::Full, SEED).take_while(|piece| {
        let more = bytes < size;
        bytes += piece.len();
        more
    });
    let count = minions.count();
    for (form, name) in Form::ALL {
        let mut file = BufWriter::new(File::create(folder.join(name))?);
        for piece in salt::fleet(form, SEED).take(count) {
            file.write_all(&piece)?;
        }
        file.write_all(salt::end(form))?;
        file.flush()?;
    }
    for rules in [10, 10_000] {
        fs::write(folder.join(format!("rules-{rules}.toml")), site::pack(rules, false))?;
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    match &arguments[..] {
        [folder, size] => write(Path::new(folder), size.parse().map_err(io::Error::other)?),
        _ => Ok(()),
    }
}
