//! The other checker: `verify.sh`, by a plain shell. And the two asked together.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use evidence_bundle::{Files, Verified, verify};
use foundation::Digest;

use crate::made::Made;

/// A folder among the build's own that goes away with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("bundle-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn of(files: &Files) -> Self {
        let folder = Self::new();
        for (path, bytes) in files {
            let path = folder.0.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        folder
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Whether the tools that the script needs are here; says so loudly when they are not.
pub fn tools_are_here() -> bool {
    let version = Command::new("openssl").arg("version").output();
    let version = version.map(|o| String::from_utf8_lossy(&o.stdout).into_owned()).unwrap_or_default();
    let major = version.split(' ').nth(1).and_then(|v| v.split('.').next()?.parse::<u32>().ok());
    let here = major.is_some_and(|major| major >= 3);
    if !here {
        println!("SKIPPED: openssl 3 or newer is not installed, verify.sh was NOT tested");
    }
    here
}

/// The plainest shell there is.
pub fn shell() -> &'static str {
    let works = |shell: &&str| Command::new(shell).args(["-c", ":"]).status().is_ok();
    ["dash", "sh"].into_iter().find(works).expect("a shell")
}

/// What the script printed, as its answer or as its failure.
pub fn script(files: &Files, fingerprint: Digest) -> Result<String, String> {
    script_in(&Folder::of(files).0, fingerprint)
}

/// The same of a folder that lies there.
pub fn script_in(folder: &Path, fingerprint: Digest) -> Result<String, String> {
    let mut command = Command::new(shell());
    let output = command.arg("verify.sh").arg(fingerprint.to_hex()).current_dir(folder).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() {
        assert!(out.ends_with("This bundle verifies.\n"), "{out}{err}");
        Ok(out.into_owned())
    } else {
        Err(err.into_owned())
    }
}

/// Both checkers accept these files; gives back what ours found.
pub fn accepted(made: &Made, files: &Files) -> Verified {
    if tools_are_here() {
        script(files, made.fingerprint()).unwrap_or_else(|why| panic!("verify.sh says {why}"));
    }
    verify(files, made.fingerprint()).unwrap()
}

/// Both checkers refuse these files and name the path.
pub fn refused(made: &Made, files: &Files, path: &str, by_script: bool) {
    let refusal = verify(files, made.fingerprint()).map(|_| path.to_owned()).expect_err(path).to_string();
    assert!(names(&refusal, path), "we say {refusal:?} of {path}");
    if by_script {
        let message = script(files, made.fingerprint()).expect_err(path);
        assert!(names(&message, path), "verify.sh says {message:?} of {path}");
    }
}

/// The list and its signature are one thing, and so are the two files of the key: either may be named.
fn names(message: &str, path: &str) -> bool {
    message.contains(path) || (path.starts_with("keys/") && message.contains("keys/"))
}
