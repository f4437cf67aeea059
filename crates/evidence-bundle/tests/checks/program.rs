//! `tracewright-verify` as whoever was handed a bundle meets it.

use std::ffi::OsStr;
use std::process::Command;

use evidence_bundle::{pack, verify};
use foundation::Digest;

use crate::made::{Made, made};
use crate::script::{Folder, tools_are_here};

/// Exit code, what it printed, what it complained about.
fn said<S: AsRef<OsStr>>(arguments: &[S]) -> (Option<i32>, String, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_tracewright-verify")).args(arguments).output().unwrap();
    (run.status.code(), String::from_utf8(run.stdout).unwrap(), String::from_utf8(run.stderr).unwrap())
}

/// The bundle's folder, and its zip file in another.
fn laid_out(made: &Made) -> (Folder, Folder) {
    let zip = Folder::new();
    std::fs::write(zip.0.join("bundle.zip"), pack(&made.files).unwrap()).unwrap();
    (Folder::of(&made.files), zip)
}

#[test]
fn a_zip_file_and_its_folder_verify_alike() {
    let made = made(Vec::new());
    let (folder, zip) = laid_out(&made);
    let words = format!("{}\n", verify(&made.files, made.fingerprint()).unwrap());
    assert!(words.ends_with("The bundle verifies.\n"), "{words}");
    let fingerprint = made.fingerprint().to_hex();
    for bundle in [folder.0.clone(), zip.0.join("bundle.zip")] {
        let bundle = bundle.to_str().unwrap();
        let good = (Some(0), words.clone(), String::new());
        assert_eq!(said(&[bundle, "--fingerprint", &fingerprint]), good);
        assert_eq!(said(&[&format!("--fingerprint={fingerprint}"), "--", bundle]), good);
        let (code, out, complaint) = said(&["--fingerprint", &Digest::of(b"other").to_hex(), bundle]);
        assert!(
            code == Some(1) && out.is_empty() && complaint.starts_with("FAILED: keys/log.pem: "),
            "{complaint}"
        );
    }
}

/// Every command that `VERIFY.md` prints about the bundle is run as it stands there, in the bundle's folder.
#[test]
fn what_the_page_in_the_bundle_prints_is_run() {
    let made = made(Vec::new());
    let (folder, _zip) = laid_out(&made);
    let page = std::fs::read_to_string(folder.0.join("VERIFY.md")).unwrap();
    let commands: Vec<String> = page
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .map(|line| line.replace("FINGERPRINT", &made.fingerprint().to_hex()))
        .collect();
    assert_eq!(commands.len(), 2, "{commands:?}");
    let programs =
        std::path::Path::new(env!("CARGO_BIN_EXE_tracewright-verify")).parent().unwrap().to_owned();
    let known = std::env::var_os("PATH").unwrap();
    let path = std::env::join_paths([programs].into_iter().chain(std::env::split_paths(&known))).unwrap();
    for command in commands {
        if command.starts_with("sh ") && !tools_are_here() {
            continue;
        }
        let mut shell = Command::new("sh");
        let run = shell.args(["-c", &command]).current_dir(&folder.0).env("PATH", &path).output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
        assert!(run.status.success() && out.ends_with("bundle verifies.\n"), "`{command}`: {out}{err}");
    }
}

#[test]
fn the_bad_file_is_named() {
    let made = made(Vec::new());
    let (folder, zip) = laid_out(&made);
    let fingerprint = made.fingerprint().to_hex();
    let refused = |bundle: &std::path::Path, words: &str| {
        let (code, out, complaint) = said(&[bundle.to_str().unwrap(), "--fingerprint", &fingerprint]);
        assert!(code == Some(1) && out.is_empty(), "{code:?} {out}");
        assert!(complaint.starts_with(&format!("FAILED: {words}")), "{complaint}");
    };
    std::fs::write(folder.0.join("records/0.json"), "{}").unwrap();
    refused(&folder.0, "records/0.json: it was altered\n");
    std::fs::remove_file(folder.0.join("records/0.json")).unwrap();
    refused(&folder.0, "records/0.json: it is missing\n");
    std::fs::write(folder.0.join("records/0.json"), &made.files["records/0.json"]).unwrap();
    std::fs::create_dir_all(folder.0.join("deep/er")).unwrap();
    std::fs::write(folder.0.join("deep/er/x"), "x").unwrap();
    refused(&folder.0, "deep/er/x: it is not listed in SHA256SUMS\n");
    // Elsewhere it may say something else tomorrow.
    std::fs::remove_file(folder.0.join("deep/er/x")).unwrap();
    std::fs::rename(folder.0.join("checkpoint"), zip.0.join("elsewhere")).unwrap();
    std::os::unix::fs::symlink(zip.0.join("elsewhere"), folder.0.join("checkpoint")).unwrap();
    refused(&folder.0, "checkpoint: cannot be read: ");
    std::fs::write(zip.0.join("bundle.zip"), "no zip").unwrap();
    refused(&zip.0.join("bundle.zip"), "the zip file: cannot be unpacked: ");
    let nowhere = zip.0.join("nowhere");
    refused(&nowhere, &format!("{}: cannot be read: ", nowhere.display()));
}

#[test]
fn a_command_line_that_says_too_little_ends_with_two() {
    let hex = Digest::of(b"x").to_hex();
    let lines: [&[&str]; 7] = [
        &[],
        &["bundle.zip"],
        &["--fingerprint", &hex],
        &["bundle.zip", "--fingerprint"],
        &["bundle.zip", "--fingerprint", "abc"],
        &["one.zip", "two.zip", "--fingerprint", &hex],
        &["bundle.zip", "--fingerprint", &hex, "--force"],
    ];
    for line in lines {
        let (code, out, complaint) = said(line);
        assert!(
            code == Some(2) && out.is_empty() && complaint.contains("Usage: "),
            "{line:?}: {code:?} {complaint}"
        );
    }
    let (code, out, _) = said(&["--help"]);
    assert!(code == Some(0) && out.contains("--fingerprint HEX"), "{out}");
    assert_eq!(said(&["-V"]).1, format!("tracewright-verify {}\n", env!("CARGO_PKG_VERSION")));
}
