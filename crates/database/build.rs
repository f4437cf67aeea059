//! New migration files must be noticed: they are embedded, not listed.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
