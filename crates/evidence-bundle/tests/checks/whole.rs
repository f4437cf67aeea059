//! What is as it should be is accepted.

use std::process::Command;

use evidence_bundle::{pack, unpack, verify};

use crate::made::{made, quote_line, revision, stated};
use crate::script::{Folder, accepted, script, shell, tools_are_here};

#[test]
fn both_checkers_accept_it_and_count_the_same() {
    let made = made(Vec::new());
    let found = verify(&made.files, made.fingerprint()).unwrap();
    assert_eq!((found.records, found.withheld, found.pins, found.bodies, found.quotes), (4, 0, 1, 2, 1));
    assert_eq!((found.log.as_str(), found.head.size, found.erased), ("example.org/log", 5, 0));
    assert_eq!(found.scores, [2535, 7500, 5000, 5000]);
    if tools_are_here() {
        let out = script(&made.files, made.fingerprint()).unwrap();
        for line in [
            "4 records stand in the log (0 with",
            "1 pinned revisions and 2 bodies",
            "1 quotes stand",
            "the score is 2535 7500 5000 5000 (",
        ] {
            assert!(out.contains(line), "{out}");
        }
    }
}

#[test]
fn packed_and_unpacked_it_is_the_same() {
    let files = made(Vec::new()).files;
    let packed = pack(&files).unwrap();
    assert_eq!(unpack(&packed).unwrap(), files);
    assert_eq!(pack(&files).unwrap(), packed);
}

#[test]
fn the_words_a_claim_was_stated_from_are_quoted() {
    let made = made(vec![stated()]);
    assert_eq!(accepted(&made, &made.files).quotes, 1, "a bundle made before this was written");
    let words = quote_line(3, "timeout of 5 s – é") + &quote_line(4, "default after timeout");
    assert_eq!(accepted(&made, &made.with("quotes.tsv", words)).quotes, 2);
}

#[test]
fn an_erased_body_is_withheld_and_the_rest_verifies() {
    let made = made(Vec::new());
    let files = made.resealed(|files| {
        files.remove("records/0.body.json");
        files.remove("records/0.salt");
    });
    assert_eq!(accepted(&made, &files).withheld, 1);
}

#[test]
fn erased_evidence_is_named_by_the_record_of_its_erasure() {
    let made = made(vec![crate::made::erased()]);
    let files = made.resealed(|files| {
        files.retain(|path, _| !path.starts_with("revisions/") && !path.starts_with("bodies/"));
        files.insert("pins.tsv".to_owned(), Vec::new());
        files.insert("quotes.tsv".to_owned(), Vec::new());
        files.insert("erased.tsv".to_owned(), format!("2\t{}\t4\n", revision()).into_bytes());
    });
    let found = accepted(&made, &files);
    assert_eq!((found.erased, found.pins, found.bodies, found.quotes), (1, 0, 0, 0));
    assert!(found.to_string().contains("\nerased    1 revisions, each with the record"), "{found}");
}

/// The script may lean on openssl, sha256sum and POSIX tools only.
#[test]
fn the_script_needs_no_other_tools() {
    if !tools_are_here() {
        return;
    }
    let made = made(Vec::new());
    let (folder, bin) = (Folder::of(&made.files), Folder::new());
    let tools = "openssl sha256sum od awk cat cmp comm cut dd dirname find grep mkdir rm sed sort tail tr wc";
    for tool in tools.split(' ') {
        let found = Command::new("sh").args(["-c", &format!("command -v {tool}")]).output().unwrap();
        let real = String::from_utf8(found.stdout).unwrap();
        std::os::unix::fs::symlink(real.trim(), bin.0.join(tool)).unwrap();
    }
    let path = Command::new("sh").args(["-c", &format!("command -v {}", shell())]).output().unwrap();
    let output = Command::new(String::from_utf8(path.stdout).unwrap().trim())
        .args(["verify.sh", &made.fingerprint().to_hex()])
        .env_clear()
        .env("PATH", &bin.0)
        .current_dir(&folder.0)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
