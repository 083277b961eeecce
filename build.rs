//! Tells cargo what the build depends on besides the sources.

fn main() {
    // The folder of rules is the registry: a new file in it must be seen.
    println!("cargo::rerun-if-changed=rules");
}
