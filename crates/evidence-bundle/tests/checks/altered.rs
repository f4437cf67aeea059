//! Somebody without the log's key changes a bundle: the second step finds it.

use evidence_bundle::files::{PAGE, SCRIPT};
use evidence_bundle::verify;
use foundation::Digest;

use crate::made::made;
use crate::script::{refused, script, tools_are_here};

#[test]
fn another_fingerprint_is_refused() {
    let made = made(Vec::new());
    let other = Digest::of(b"other");
    assert!(verify(&made.files, other).unwrap_err().to_string().starts_with("keys/log.pem"));
    if tools_are_here() {
        let message = script(&made.files, other).unwrap_err();
        assert!(message.contains("keys/log.pem"), "{message}");
    }
}

/// Each byte of a small file, some of a large one; the script sees the first, the middle and the last of each.
#[test]
fn one_altered_byte_is_found_and_its_file_named() {
    let made = made(Vec::new());
    let with_script = tools_are_here();
    let mut tried = 0;
    for (path, bytes) in made.files.iter().filter(|(path, _)| ![PAGE, SCRIPT].contains(&path.as_str())) {
        let (middle, last) = (bytes.len() / 2, bytes.len().saturating_sub(1));
        let chosen = |place: &usize| bytes.len() < 600 || place.is_multiple_of(97) || *place == middle;
        for place in (0..bytes.len()).filter(chosen) {
            let mut files = made.files.clone();
            files.get_mut(path).unwrap()[place] ^= 1;
            refused(&made, &files, path, with_script && [0, middle, last].contains(&place));
            tried += 1;
        }
    }
    println!("{tried} altered bytes, all found");
    assert!(tried > 1_000);
}

#[test]
fn a_missing_added_or_renamed_file_is_found() {
    let made = made(Vec::new());
    let with_script = tools_are_here();
    for path in made.files.keys().filter(|path| ![PAGE, SCRIPT].contains(&path.as_str())) {
        let mut files = made.files.clone();
        let bytes = files.remove(path).unwrap();
        refused(&made, &files, path, with_script);
        files.insert(format!("{path}.old"), bytes);
        refused(&made, &files, path, with_script);
        let mut longer = made.files.clone();
        longer.get_mut(path).unwrap().push(b'\n');
        refused(&made, &longer, path, with_script);
    }
    for added in ["bodies/extra", "records/9999.json", "notes.txt", "deep/er/x"] {
        let mut files = made.files.clone();
        files.insert(added.to_owned(), b"x".to_vec());
        refused(&made, &files, added, with_script);
    }
}
