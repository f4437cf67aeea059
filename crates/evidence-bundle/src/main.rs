//! `tracewright-verify`: checks an evidence bundle, as a zip file or as the folder it was unpacked into. Writes nothing.
//!
//! Exits 0 when the bundle verifies, 1 when it does not, 2 when the command line cannot be understood.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use evidence_bundle::{read, verify};
use foundation::Digest;

const USAGE: &str = "\
Checks an evidence bundle of Tracewright: everything that its own verify.sh checks

Usage: tracewright-verify --fingerprint HEX BUNDLE

  BUNDLE               the zip file, or the folder it was unpacked into
  --fingerprint HEX    SHA-256 of the log's public key, 64 hex digits. Get it from somebody
                       you trust, not from the bundle
  -h, --help           print this
  -V, --version        print the version

Exits 0 when the bundle verifies, 1 when it does not (the bad file is named), 2 when this
command line cannot be understood.
";

/// What the command line asks for.
enum Invocation {
    Help,
    Version,
    Check { bundle: PathBuf, fingerprint: Digest },
}

fn main() -> ExitCode {
    match invocation(std::env::args_os().skip(1)) {
        Ok(Invocation::Help) => say(USAGE.trim_end()),
        Ok(Invocation::Version) => say(concat!("tracewright-verify ", env!("CARGO_PKG_VERSION"))),
        Ok(Invocation::Check { bundle, fingerprint }) => {
            match read(&bundle).and_then(|files| verify(&files, fingerprint)) {
                Ok(verified) => say(verified),
                Err(cause) => complain(format_args!("FAILED: {cause}"), 1),
            }
        }
        Err(why) => complain(format_args!("{why}\n\n{}", USAGE.trim_end()), 2),
    }
}

/// A closed pipe (`tracewright-verify … | head`) is no failure.
fn say(words: impl Display) -> ExitCode {
    let _ = writeln!(std::io::stdout(), "{words}");
    ExitCode::SUCCESS
}

fn complain(words: impl Display, status: u8) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{words}");
    ExitCode::from(status)
}

fn invocation(arguments: impl Iterator<Item = OsString>) -> Result<Invocation, String> {
    let (mut bundles, mut fingerprint) = (Vec::new(), None);
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let word = argument.to_string_lossy();
        match word.as_ref() {
            "-h" | "--help" => return Ok(Invocation::Help),
            "-V" | "--version" => return Ok(Invocation::Version),
            "--fingerprint" => fingerprint = Some(arguments.next().unwrap_or_default()),
            "--" => bundles.extend(arguments.by_ref()),
            flag if flag.starts_with("--fingerprint=") => {
                fingerprint = flag.split_once('=').map(|(_, hex)| hex.into());
            }
            flag if flag.starts_with('-') => return Err(format!("{flag} is not known here")),
            _ => bundles.push(argument),
        }
    }
    let fingerprint = fingerprint.ok_or("the fingerprint of the log's key is missing")?;
    let fingerprint = Digest::from_hex(&fingerprint.to_string_lossy());
    let fingerprint = fingerprint.ok_or("--fingerprint needs 64 hex digits")?;
    match <[OsString; 1]>::try_from(bundles) {
        Ok([bundle]) => Ok(Invocation::Check { bundle: bundle.into(), fingerprint }),
        Err(bundles) => Err(format!("one bundle is checked at a time, {} were named", bundles.len())),
    }
}
