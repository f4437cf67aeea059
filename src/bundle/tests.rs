//! A bundle of real events in a real database: what it takes to make both checkers refuse it, and where they point.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;

use crate::app;
use crate::audit::events::{
    AuditEvent, Pin, PinReason, Quote, Statement, Verdict as GivenVerdict, stream_of,
};
use crate::audit::selectors::{Evidence, QuoteSelector, locate};
use crate::audit::{Materiality, Outcome, Relation};
use crate::config::{Config, Keys, Values};
use crate::db::AnyConnection;
use crate::foundation::clock::ManualClock;
use crate::foundation::ids::random_bytes;
use crate::foundation::{Actor, Digest, ProjectKey, Result, Timestamp};
use crate::ledger::{Draft, Ledger, Stream, sequencer};
use crate::state::App;
use crate::trust::model::Selection;
use crate::trust::{Claim, Kind, Policy, Recorded, Subject, SubjectKind, Verdict, View, csv};
use crate::work_orders::events::OrderEvent;
use crate::work_orders::model::Target;

use super::verify::{Verified, verify};
use super::{EvidenceSource, Files, Revision, ScoreFiles, build, events, pack, sums, unpack};

const PROJECT: ProjectKey = ProjectKey(1);
const ORDER: &str = "0198-order";
const INPUT: &[u8] = "{\"part\":\"A42\"}".as_bytes();
const OUTPUT: &str = "{\"quantity\":0,\"note\":\"default after timeout of 5 s – é\"}\n";

/// Made-up evidence in the form that pinned revisions have: an image that names its bodies by digest.
struct Canned;

fn image() -> Vec<u8> {
    format!("name stock_lookup\ninput {}\noutput {}\n", Digest::of(INPUT), Digest::of(OUTPUT.as_bytes()))
        .into_bytes()
}

impl EvidenceSource for Canned {
    fn revision(&self, _: &mut AnyConnection, _: ProjectKey, pin: &Pin) -> Result<Option<Revision>> {
        let bodies = vec![
            (Digest::of(INPUT), INPUT.to_vec()),
            (Digest::of(OUTPUT.as_bytes()), OUTPUT.as_bytes().to_vec()),
        ];
        Ok((pin.revision == Digest::of(&image())).then(|| Revision { image: image(), bodies }))
    }

    fn score(&self, _: &mut AnyConnection, _: ProjectKey, _: &str, view: View) -> Result<ScoreFiles> {
        let policy = Policy::v1();
        let subject = subject();
        Ok(ScoreFiles {
            policy: policy.to_bytes()?,
            inputs: csv::inputs(&subject, view, &policy)?,
            result: csv::result(&subject, view, &policy)?,
        })
    }
}

fn subject() -> Subject {
    let at = Timestamp(0);
    let verdict = Verdict {
        id: "verdict-1".to_owned(),
        recorded: Recorded { leaf: Some(3), at },
        verifier: "mei".to_owned(),
        verifier_unit: None,
        kind: Kind::Human,
        outcome: Outcome::Supported,
        relation: Relation::Independent,
        supersedes: None,
        rests_on: Vec::new(),
    };
    let claim = |id: &str, verdicts: Vec<Verdict>| Claim {
        id: id.to_owned(),
        claim_type: "item".to_owned(),
        materiality: Materiality::from_k(2).unwrap(),
        made: Recorded { leaf: Some(0), at },
        withdrawn: None,
        valid_until: None,
        work_order: ORDER.to_owned(),
        verdicts,
    };
    Subject {
        kind: SubjectKind::WorkOrder,
        id: ORDER.to_owned(),
        claims: vec![claim("claim-1", vec![verdict]), claim("claim-2", Vec::new())],
        traces: BTreeMap::new(),
        selection: Selection::Judgement,
    }
}

/// A folder under the system's temporary one that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("tw-bundle-{}", hex::encode(random_bytes::<8>())));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

struct Made {
    app: App,
    files: Files,
    _folder: Folder,
}

impl Made {
    fn fingerprint(&self) -> Digest {
        self.app.log.verifier().fingerprint().unwrap()
    }

    /// The files changed by somebody who holds the log's key: only the steps after the second can notice.
    fn resealed(&self, change: impl FnOnce(&mut Files)) -> Files {
        let mut files = self.files.clone();
        change(&mut files);
        sums::seal(&mut files, self.app.log.signer());
        files
    }
}

/// A bundle with `more` log entries beside the four that matter.
fn made(more: usize) -> Made {
    made_with((0..more).map(|place| (order_stream(), log_entry(&format!("Entry {place}")))).collect())
}

/// The same with other events beside those four.
fn made_with(more: Vec<(Stream, Draft)>) -> Made {
    let folder = Folder::new();
    let config = Config::from_values(Values::of(&[("data", &folder.0.to_string_lossy())])).unwrap();
    let clock = Arc::new(ManualClock::at(Timestamp(1_795_251_600_000_000)));
    let app = app::build(config, Keys::for_tests(), clock).unwrap();
    let app = App { ledger: Ledger::new(Vec::new()), ..app };
    append(&app, &order_stream(), log_entry("Started"));
    append(
        &app,
        &Stream { project: PROJECT, kind: "account", id: "x".to_owned() },
        Draft::new("account.noise.v1", json!({})),
    );
    append(&app, &stream_of(PROJECT, ORDER), pinned().draft().unwrap());
    append(&app, &stream_of(PROJECT, ORDER), judged().draft().unwrap());
    more.into_iter().for_each(|(stream, draft)| append(&app, &stream, draft));
    append(
        &app,
        &events::stream_of(PROJECT, ORDER),
        events::BundleExported::of("WO-2026-001").draft().unwrap(),
    );
    let checkpoint = sequencer::sequence_now_blocking(&app.db, &app.log).unwrap();
    let files = app
        .db
        .read_blocking(|conn| build(conn, &app.log, PROJECT, ORDER, &checkpoint, app.now(), &Canned))
        .unwrap();
    Made { app, files, _folder: folder }
}

fn order_stream() -> Stream {
    Stream { project: PROJECT, kind: "work_order", id: ORDER.to_owned() }
}

fn append(app: &App, stream: &Stream, draft: Draft) {
    let (ledger, stream) = (app.ledger.clone(), stream.clone());
    app.db.write_blocking(&Actor::system(), move |tx| ledger.append_next(tx, &stream, draft)).unwrap();
}

fn log_entry(title: &str) -> Draft {
    let event = OrderEvent::LogAdded {
        entry: "e1".to_owned(),
        title: title.to_owned(),
        lines: vec!["says \"quoted\" things".to_owned()],
        kind: crate::work_orders::model::LogKind::Note,
        corrects: None,
    };
    Draft::new(event.kind(), event.to_json().unwrap())
}

fn pinned() -> AuditEvent {
    let pin =
        Pin { trace: "0af7".to_owned(), observation: "b7ad".to_owned(), revision: Digest::of(&image()) };
    AuditEvent::EvidencePinned { why: PinReason::Verdict, pins: vec![pin] }
}

fn quote(words: &str) -> Quote {
    let located = locate(OUTPUT, &QuoteSelector::exact(words)).unwrap();
    let bytes = located.bytes.clone();
    Quote {
        revision: Digest::of(&image()),
        byte_start: bytes.start as u64,
        byte_length: bytes.len() as u64,
        digest: Digest::of(&OUTPUT.as_bytes()[bytes]),
        evidence: Evidence::new("0af7", "b7ad", "output", Digest::of(OUTPUT.as_bytes()), located),
    }
}

fn stated() -> AuditEvent {
    let claim = Statement {
        id: "claim-3".to_owned(),
        target: Target::Step("step-1".to_owned()),
        place: "1".to_owned(),
        text: "The lookup timed out".to_owned(),
        materiality: Materiality::None,
        quote: quote("default after timeout"),
    };
    AuditEvent::ClaimStated { claim: Box::new(claim) }
}

fn judged() -> AuditEvent {
    let verdict = GivenVerdict {
        id: "verdict-1".to_owned(),
        claim: "claim-1".to_owned(),
        outcome: Outcome::Supported,
        relation: Relation::Independent,
        quotes: vec![quote("timeout of 5 s – é")],
        checks: Vec::new(),
        reason: None,
        comment: "seen".to_owned(),
        supersedes: None,
    };
    AuditEvent::VerdictGiven { verdict: Box::new(verdict) }
}

/// The script's answer: what it printed as its failure, or nothing.
fn script(files: &Files, fingerprint: &str) -> Option<std::result::Result<String, String>> {
    let shell =
        ["dash", "sh"].into_iter().find(|shell| Command::new(shell).args(["-c", ":"]).status().is_ok())?;
    let folder = Folder::new();
    lay_out(&folder.0, files);
    let output =
        Command::new(shell).arg("verify.sh").arg(fingerprint).current_dir(&folder.0).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Some(if output.status.success() {
        assert!(out.ends_with("This bundle verifies.\n"), "{out}{err}");
        Ok(out.into_owned())
    } else {
        Err(err.into_owned())
    })
}

fn lay_out(folder: &Path, files: &Files) {
    for (path, bytes) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// Whether the tools that the script needs are here; says so loudly when they are not.
fn tools_are_here() -> bool {
    let version = Command::new("openssl").arg("version").output();
    let version = version.map(|o| String::from_utf8_lossy(&o.stdout).into_owned()).unwrap_or_default();
    let major = version.split(' ').nth(1).and_then(|v| v.split('.').next()?.parse::<u32>().ok());
    let here = major.is_some_and(|major| major >= 3);
    if !here {
        println!("SKIPPED: openssl 3 or newer is not installed, verify.sh was NOT tested");
    }
    here
}

/// Both checkers refuse these files and name the path.
fn refused(made: &Made, files: &Files, path: &str, by_script: bool) {
    let refusal = verify(files, made.fingerprint()).map(|_: Verified| path.to_owned());
    let refusal = refusal.expect_err(path).to_string();
    assert!(names(&refusal, path), "the Rust checker says {refusal:?} of {path}");
    if !by_script {
        return;
    }
    let answer = script(files, &made.fingerprint().to_hex()).unwrap();
    let message = answer.expect_err(path);
    assert!(names(&message, path), "verify.sh says {message:?} of {path}");
}

/// The list and its signature are one thing, and so are the two files of the key: either may be named.
fn names(message: &str, path: &str) -> bool {
    message.contains(path) || (path.starts_with("keys/") && message.contains("keys/"))
}

#[test]
fn both_checkers_accept_it_and_count_the_same() {
    let made = made(3);
    let found = verify(&made.files, made.fingerprint()).unwrap();
    assert_eq!((found.records, found.withheld, found.pins, found.bodies, found.quotes), (7, 0, 1, 2, 1));
    assert_eq!(found.scores[3], 5_000);
    assert_eq!(unpack(&pack(&made.files).unwrap()).unwrap(), made.files);
    if tools_are_here() {
        let out = script(&made.files, &made.fingerprint().to_hex()).unwrap().unwrap();
        for line in
            ["7 records stand in the log (0 with", "1 pinned revisions and 2 bodies", "1 quotes stand"]
        {
            assert!(out.contains(line), "{out}");
        }
    }
}

#[test]
fn another_fingerprint_is_refused() {
    let made = made(0);
    let other = Digest::of(b"other");
    assert!(verify(&made.files, other).unwrap_err().to_string().starts_with("keys/log.pem"));
    if tools_are_here() {
        let message = script(&made.files, &other.to_hex()).unwrap().unwrap_err();
        assert!(message.contains("keys/log.pem"), "{message}");
    }
}

/// The first, the last and a middle byte of every file; the script sees the middle one of each.
#[test]
fn one_altered_byte_is_found_and_its_file_named() {
    let made = made(1);
    let with_script = tools_are_here();
    let mut tried = 0;
    for (path, bytes) in &made.files {
        if path == "VERIFY.md" || path == "verify.sh" {
            continue;
        }
        let middle = bytes.len() / 2;
        let places =
            (0..bytes.len()).filter(|place| bytes.len() < 600 || place % 97 == 0 || *place == middle);
        for place in places {
            let mut files = made.files.clone();
            files.get_mut(path).unwrap()[place] ^= 1;
            let script_too = with_script && [0, middle, bytes.len() - 1].contains(&place);
            refused(&made, &files, path, script_too);
            tried += 1;
        }
    }
    println!("{tried} altered bytes, all found");
    assert!(tried > 1_000);
}

#[test]
fn a_missing_added_or_renamed_file_is_found() {
    let made = made(0);
    let with_script = tools_are_here();
    let evidence = made.files.keys().filter(|path| *path != "VERIFY.md" && *path != "verify.sh");
    for path in evidence {
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

/// Somebody with the log's key signs a bundle that does not hold together.
#[test]
fn a_signed_list_does_not_save_what_is_wrong_inside() {
    let made = made(1);
    let with_script = tools_are_here();
    let body = format!("bodies/{}", Digest::of(OUTPUT.as_bytes()));
    let edit = |path: &str, from: &str, to: &str| {
        made.resealed(|files| {
            let text = String::from_utf8(files[path].clone()).unwrap();
            assert!(text.contains(from), "{path}: {text}");
            files.insert(path.to_owned(), text.replacen(from, to, 1).into_bytes());
        })
    };
    let add =
        |path: &str, bytes: &[u8]| made.resealed(|files| drop(files.insert(path.to_owned(), bytes.to_vec())));
    for (files, named) in [
        (edit("checkpoint", "\n6\n", "\n7\n"), "checkpoint"),
        (edit("records/0.json", "\"project\":\"1\"", "\"project\":\"2\""), "records/0.json"),
        (edit("records/0.body.json", "Started", "Stopped"), "records/0.body.json"),
        (edit("records/0.tlog-proof", "index 0", "index 1"), "records/0.tlog-proof"),
        (add("records/0.salt", b"x"), "records/0.body.json"),
        (edit("pins.tsv", "2\t", "3\t"), "pins.tsv"),
        (add(&format!("revisions/{}", Digest::of(&image())), b"x"), "revisions/"),
        (add(&body, b"x"), &body),
        (add(&format!("bodies/{}", Digest::of(b"x")), b"x"), "bodies/"),
        (edit("quotes.tsv", "3\t", "2\t"), "quotes.tsv"),
        (edit("quotes.tsv", "\t21\t", "\t22\t"), "quotes.tsv"),
        (edit("score/result.json", "\"coverage\":5000", "\"coverage\":9000"), "score/result.json"),
        (edit("score/inputs.csv", "1000,1000,1000,1000", "1000,1000,1000,2000"), "score/inputs.csv"),
        (edit("score/inputs.csv", "supported", "refuted"), "score/"),
        (edit("score/inputs.csv", "claim-1", "claim-9"), "score/inputs.csv"),
    ] {
        refused(&made, &files, named, with_script);
    }
}

#[test]
fn the_words_a_claim_was_stated_from_are_quoted_and_checked() {
    let made = made_with(vec![(stream_of(PROJECT, ORDER), stated().draft().unwrap())]);
    let with_script = tools_are_here();
    let quotes = String::from_utf8(made.files["quotes.tsv"].clone()).unwrap();
    let stated =
        quotes.lines().find(|line| line.starts_with("4\t")).expect("the statement's line").to_owned();
    let start = OUTPUT.find("default").unwrap();
    assert!(stated.contains(&format!("\t{start}\t21\t")), "{stated}");
    assert_eq!(verify(&made.files, made.fingerprint()).unwrap().quotes, 2);
    let edited = |to: &str| {
        made.resealed(|files| {
            files.insert("quotes.tsv".to_owned(), quotes.replacen(&stated, to, 1).into_bytes());
        })
    };
    refused(&made, &edited(&stated.replace("\t21\t", "\t20\t")), "quotes.tsv", with_script);
    refused(&made, &edited(&stated.replacen('4', "2", 1)), "quotes.tsv", with_script);
    // A bundle made before this was written holds the quotes of verdicts only.
    let older = made.resealed(|files| {
        files.insert("quotes.tsv".to_owned(), quotes.replacen(&format!("{stated}\n"), "", 1).into_bytes());
    });
    assert_eq!(verify(&older, made.fingerprint()).unwrap().quotes, 1);
    if with_script {
        let fingerprint = made.fingerprint().to_hex();
        assert!(script(&made.files, &fingerprint).unwrap().unwrap().contains("2 quotes stand verbatim"));
        assert!(script(&older, &fingerprint).unwrap().unwrap().contains("1 quotes stand verbatim"));
    }
}

#[test]
fn an_erased_body_is_withheld_and_the_rest_verifies() {
    let made = made(1);
    let files = made.resealed(|files| {
        files.remove("records/0.body.json");
        files.remove("records/0.salt");
    });
    assert_eq!(verify(&files, made.fingerprint()).unwrap().withheld, 1);
    if tools_are_here() {
        let out = script(&files, &made.fingerprint().to_hex()).unwrap().unwrap();
        assert!(out.contains("(1 with their body withheld)"), "{out}");
    }
}

#[test]
fn a_hundred_records_verify() {
    let made = made(95);
    let packed = pack(&made.files).unwrap().len();
    let begun = Instant::now();
    assert_eq!(verify(&made.files, made.fingerprint()).unwrap().records, 99);
    println!("99 records: {packed} bytes packed, {} ms in process", begun.elapsed().as_millis());
    if tools_are_here() {
        let begun = Instant::now();
        script(&made.files, &made.fingerprint().to_hex()).unwrap().unwrap();
        println!("verify.sh: {} ms", begun.elapsed().as_millis());
    }
}

/// The script may lean on openssl, sha256sum and POSIX tools only.
#[test]
fn the_script_needs_no_other_tools() {
    if !tools_are_here() {
        return;
    }
    let made = made(0);
    let folder = Folder::new();
    lay_out(&folder.0, &made.files);
    let bin = Folder::new();
    for tool in [
        "openssl",
        "sha256sum",
        "od",
        "awk",
        "cat",
        "cmp",
        "comm",
        "cut",
        "dd",
        "dirname",
        "find",
        "grep",
        "mkdir",
        "rm",
        "sed",
        "sort",
        "tail",
        "tr",
        "wc",
    ] {
        let found = Command::new("sh").args(["-c", &format!("command -v {tool}")]).output().unwrap();
        let real = String::from_utf8(found.stdout).unwrap();
        std::os::unix::fs::symlink(real.trim(), bin.0.join(tool)).unwrap();
    }
    let shell = Command::new("sh").args(["-c", "command -v dash || command -v sh"]).output().unwrap();
    let output = Command::new(String::from_utf8(shell.stdout).unwrap().trim())
        .args(["verify.sh", &made.fingerprint().to_hex()])
        .env_clear()
        .env("PATH", &bin.0)
        .current_dir(&folder.0)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
