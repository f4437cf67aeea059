//! `verify ledger`: recomputes the log from the database and says whether it is what was signed. Writes nothing.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};

use crate::bundle;
use crate::checks::{Roots, check_roots};
use crate::config::{Config, Keys};
use crate::db::{self, DatabaseUrl, Db};
use crate::foundation::Digest;
use crate::foundation::clock::SystemClock;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::keys::{KeyName, SignerKey, VerifierKey};
use crate::ledger::log;
use crate::ledger::note::Note;
use crate::ledger::tree::TreeHead;
use crate::ledger::verifier::{self, Report, Trust};

use super::read_only::{Copy, is_read_only};
use super::say;

/// What can be verified.
#[derive(Debug, Subcommand)]
pub enum Verify {
    /// The ledger in the database: every leaf, body, subtree, checkpoint and receipt of what arrived
    Ledger(VerifyLedger),
    /// An evidence bundle: everything its own verify.sh checks
    Bundle(VerifyBundle),
}

/// Options of `verify bundle`.
#[derive(Debug, Args)]
pub struct VerifyBundle {
    /// The zip file, or the folder it was unpacked into
    file: PathBuf,
    /// SHA-256 of the log's public key, 64 hex digits [default: that of the data folder's own log]
    #[arg(long, value_name = "HEX")]
    fingerprint: Option<String>,
}

/// Options of `verify ledger`.
#[derive(Debug, Args)]
pub struct VerifyLedger {
    /// Trust this public key (name+id+key) [default: that of the key file in the data folder]
    #[arg(long, value_name = "VKEY")]
    key: Option<String>,
    /// A checkpoint kept elsewhere: shows whether the log was cut or rewritten since
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
}

pub(super) fn run(verify: Verify, config: &Config) -> anyhow::Result<()> {
    match verify {
        Verify::Ledger(options) => ledger(&options, config),
        Verify::Bundle(options) => verify_bundle(&options, config),
    }
}

fn verify_bundle(options: &VerifyBundle, config: &Config) -> anyhow::Result<()> {
    let fingerprint = trusted_fingerprint(options, config)?;
    say(bundle::verify(&bundle::read(&options.file)?, fingerprint)?);
    Ok(())
}

fn trusted_fingerprint(options: &VerifyBundle, config: &Config) -> anyhow::Result<Digest> {
    if let Some(hex) = &options.fingerprint {
        return Digest::from_hex(hex).context("--fingerprint needs 64 hex digits");
    }
    let keys = Keys::load(&config.data).context("give the log's key fingerprint with --fingerprint")?;
    // The fingerprint is of the key alone; the log's name does not enter it.
    let name = KeyName::new("tracewright")?;
    Ok(SignerKey::from_secret(name, &keys.log_seed).verifier().fingerprint()?)
}

fn ledger(options: &VerifyLedger, config: &Config) -> anyhow::Result<()> {
    let (db, _copy) = open(config)?;
    let key = trusted_key(&db, options, config)?;
    let held = options.checkpoint.as_deref().map(|file| held_checkpoint(file, &key)).transpose()?;
    let trust = Trust { key, held };
    let (report, roots) = db.read_blocking(|conn| verifier::verify_with(conn, &trust, check_roots))?;
    db.close();
    print(&report, &roots, &trust)
}

/// An address without a database must not become an empty database that verifies. One that lies where nothing can be
/// written is read in a copy, since SQLite notes beside a database who reads it.
fn open(config: &Config) -> anyhow::Result<(Db, Option<Copy>)> {
    let url = config.database_url();
    let copy = match url {
        DatabaseUrl::Sqlite(path) if !path.exists() => bail!("there is no database at {url}"),
        DatabaseUrl::Sqlite(path) if is_read_only(path) => Some(Copy::of(path)?),
        _ => None,
    };
    let here = copy.as_ref().map(|copy| DatabaseUrl::Sqlite(copy.database()));
    let db = Db::open(here.as_ref().unwrap_or(url), config.database.options, Arc::new(SystemClock))?;
    if !db::is_current(&db)? {
        bail!("{url} is not of this version; run `tracewright migrate` first");
    }
    Ok((db, copy))
}

fn trusted_key(db: &Db, options: &VerifyLedger, config: &Config) -> anyhow::Result<VerifierKey> {
    if let Some(vkey) = &options.key {
        return Ok(VerifierKey::parse(vkey)?);
    }
    let stored = db.read_blocking(log::stored_key)?;
    let (origin, _) = stored.context("the ledger has no name yet: it was never started")?;
    let keys = Keys::load(&config.data).context("give the public key with --key")?;
    Ok(SignerKey::from_secret(KeyName::new(origin)?, &keys.log_seed).verifier())
}

fn held_checkpoint(file: &Path, key: &VerifierKey) -> anyhow::Result<TreeHead> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(Checkpoint::open(&Note::parse(&text)?, key)?.head)
}

fn print(report: &Report, roots: &Roots, trust: &Trust) -> anyhow::Result<()> {
    report.faults.iter().for_each(|fault| say(format_args!("BAD  {fault}")));
    roots.faults.iter().for_each(|fault| say(format_args!("BAD  {fault}")));
    let count = report.fault_count + roots.faults.len() as u64;
    let first = report.first_fault().map(ToString::to_string).or_else(|| roots.faults.first().cloned());
    if let Some(first) = first {
        bail!("the ledger does not verify: {count} faults, the first at {first}");
    }
    let root = report.head.root;
    say(format_args!("size         {}", report.head.size));
    say(format_args!("root         {root}"));
    say(format_args!("log          {}", trust.key.name()));
    say(format_args!("key          SHA-256 {}", trust.key.fingerprint()?));
    say(format_args!("checkpoints  {}", report.checkpoints));
    if report.unstamped > 0 {
        let old = report.unstamped;
        say(format_args!("unstamped    {old} checkpoints, whose times, and gaps among which, nobody signed"));
    }
    say(format_args!("receipts     {}, and {} packs wait for one", roots.checked, roots.waiting));
    say(format_args!("erased       {} bodies", report.erased));
    say(format_args!("waiting      {} events without a place yet", report.pending));
    say("The ledger verifies.");
    Ok(())
}
