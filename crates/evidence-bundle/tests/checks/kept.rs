//! Bundles that earlier versions handed out (tests/fixtures/states) are read as they were, without the program that made them.

use std::fs;
use std::path::{Path, PathBuf};

use evidence_bundle::{unpack, verify};
use foundation::Digest;

fn below(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn every_kept_bundle_says_what_it_said() {
    let states = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/states");
    let sides = below(&states).into_iter().filter(|state| state.is_dir()).flat_map(|state| below(&state));
    let mut read = 0;
    for file in sides.filter(|side| side.is_dir()).flat_map(|side| below(&side)) {
        if file.extension().is_none_or(|ending| ending != "zip") {
            continue;
        }
        let fingerprint = fs::read_to_string(file.with_file_name("fingerprint.txt")).unwrap();
        let words = fs::read_to_string(file.with_extension("verified.txt")).unwrap();
        let files = unpack(&fs::read(&file).unwrap()).unwrap();
        let found = verify(&files, Digest::from_hex(fingerprint.trim()).unwrap()).unwrap();
        // Layout 1 cannot show that nothing was left out: its bundles verified before this was said, and say it now.
        let said = found.to_string();
        let shows_what_is_whole = words.lines().any(|line| line.starts_with("complete "));
        let owns_up = said.lines().any(|line| line.starts_with("layout    1: "));
        assert_ne!(shows_what_is_whole, owns_up, "{}: {said}", file.display());
        let said: Vec<&str> = said.lines().filter(|line| !line.starts_with("layout ")).collect();
        assert_eq!(said, words.lines().collect::<Vec<_>>(), "{}", file.display());
        read += 1;
    }
    assert!(read > 0, "no bundle is kept in {}", states.display());
}
