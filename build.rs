//! Tells cargo what else the binary is made of.

fn main() {
    // The folder of rules is the registry: a new file in it must be seen.
    println!("cargo::rerun-if-changed=rules");
}
