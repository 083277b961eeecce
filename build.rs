//! Packs the built-in rules, so that a run need not read the folder each time it begins.
//!
//! What a rule file is and what it means is not said twice: the room `rules` is a part of this program, too.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

#[expect(dead_code, unreachable_pub, reason = "the program uses the rest")]
#[path = "src/record.rs"]
mod record;
#[expect(dead_code, unreachable_pub, unused_imports, reason = "the program uses the rest")]
#[path = "src/rules/mod.rs"]
mod rules;
#[path = "src/packed/shape.rs"]
mod shape;

/// Nothing is packed yet.
mod packed {
    pub(crate) use crate::shape::{KINDS, Packed, Piece, Rule};

    pub(crate) static PACKED: Packed = Packed { text: "", rules: &[], functions: &[], literals: &[] };
}

fn main() -> Result<(), Box<dyn Error>> {
    // The folder of rules is the registry: a new file in it must be seen.
    println!("cargo::rerun-if-changed=rules");
    let out = env::var_os("OUT_DIR").ok_or("no OUT_DIR")?;
    let (text, source) = rules::packing::pack(Path::new("rules"))?;
    fs::write(Path::new(&out).join("packed.txt"), text)?;
    fs::write(Path::new(&out).join("packed.rs"), source)?;
    Ok(())
}
