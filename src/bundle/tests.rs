//! A bundle of real events in a real database: both checkers accept it, and the crate's own shapes read what is written here.
//! What it takes to make them refuse one is tried in the crate.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use evidence_bundle::record::{self, Said};
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
use crate::ledger::{Body, Draft, Stream, sequencer};
use crate::state::App;
use crate::trust::{self, View, csv};
use crate::work_orders::events::OrderEvent;
use crate::work_orders::model::{Entry, OrderNumber, Plan, Target};

use super::{EvidenceSource, Files, Revision, ScoreFiles, build, collect, events, pack, unpack, verify};

pub(super) const PROJECT: ProjectKey = ProjectKey(1);
pub(super) const ORDER: &str = "0198-order";
const INPUT: &[u8] = "{\"part\":\"A42\"}".as_bytes();
const OUTPUT: &str = "{\"quantity\":0,\"note\":\"default after timeout of 5 s – é\"}\n";

/// What an image holds itself and names no digest of.
const METADATA: &str = "{\"station\":\"line 4\",\"note\":\"the reader of [A-Z]* \\\"cards\\\" was off\"}";

/// Made-up evidence in the form that pinned revisions have: an image that names its bodies by digest.
struct Canned;

fn image() -> Vec<u8> {
    let body = |bytes: &[u8]| {
        let (digest, len) = (Digest::of(bytes), bytes.len());
        format!("{{\"digest\":\"{digest}\",\"len\":{len},\"form\":\"json\",\"truthy\":true}}")
    };
    let (input, output) = (body(INPUT), body(OUTPUT.as_bytes()));
    format!(
        "{{\"format\":\"tracewright observation 1\",\"arrivals\":[],\"trace_id\":\"0af7\",\"id\":\"b7ad\",\
         \"kind\":\"tool\",\"name\":\"stock_lookup\",\"level\":\"default\",\"metadata\":{METADATA},\
         \"input\":{input},\"output\":{output},\"event_count\":0}}"
    )
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

    fn score(
        &self,
        conn: &mut AnyConnection,
        project: ProjectKey,
        order_id: &str,
        view: View,
    ) -> Result<ScoreFiles> {
        let (subject, policy) = trust::reads::inputs_of(conn, project, order_id, view)?;
        Ok(ScoreFiles {
            policy: policy.to_bytes()?,
            inputs: csv::inputs(&subject, view, &policy)?,
            result: csv::result(&subject, view, &policy)?,
        })
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

pub(super) struct Made {
    pub(super) app: App,
    pub(super) files: Files,
    _folder: Folder,
}

impl Made {
    pub(super) fn fingerprint(&self) -> Digest {
        self.app.log.verifier().fingerprint().unwrap()
    }
}

/// A bundle with `more` log entries beside the four that matter.
pub(super) fn made(more: usize) -> Made {
    made_with((0..more).map(|place| (order_stream(), log_entry(&format!("Entry {place}")))).collect())
}

/// The same with other events beside those four.
pub(super) fn made_with(more: Vec<(Stream, Draft)>) -> Made {
    let folder = Folder::new();
    let config = Config::from_values(Values::of(&[("data", &folder.0.to_string_lossy())])).unwrap();
    let clock = Arc::new(ManualClock::at(Timestamp(1_795_251_600_000_000)));
    let app = app::build(config, Keys::for_tests(), clock).unwrap();
    append(&app, &order_stream(), planned());
    append(&app, &order_stream(), log_entry("Started"));
    append(
        &app,
        &Stream { project: PROJECT, kind: "noise", id: "x".to_owned() },
        Draft::new("noise.made.v1", json!({})),
    );
    append(&app, &stream_of(PROJECT, ORDER), pinned().draft().unwrap());
    append(&app, &stream_of(PROJECT, ORDER), judged().draft().unwrap());
    more.into_iter().for_each(|(stream, draft)| append(&app, &stream, draft));
    let files = exported(&app).unwrap();
    Made { app, files, _folder: folder }
}

/// Records an export and builds what it hands out.
pub(super) fn exported(app: &App) -> Result<Files> {
    let heads = app.db.read_blocking(|conn| collect::heads(conn, PROJECT, ORDER))?;
    let export = events::BundleExported::of("WO-2026-001").draft(ORDER, heads)?;
    append(app, &events::stream_of(PROJECT, ORDER), export);
    let checkpoint = sequencer::sequence_now_blocking(&app.db, &app.log)?;
    app.db.read_blocking(|conn| build(conn, &app.log, PROJECT, ORDER, &checkpoint, &Canned))
}

pub(super) fn order_stream() -> Stream {
    Stream { project: PROJECT, kind: "work_order", id: ORDER.to_owned() }
}

pub(super) fn append(app: &App, stream: &Stream, draft: Draft) {
    let (ledger, stream) = (app.ledger.clone(), stream.clone());
    app.db.write_blocking(&Actor::system(), move |tx| ledger.append_next(tx, &stream, draft)).unwrap();
}

/// An order of two criteria: two claims that matter twice as much as the least.
fn planned() -> Draft {
    let criterion = |id: &str| Entry { id: id.to_owned(), text: format!("{id} holds") };
    let plan = Plan { criteria: vec![criterion("claim-1"), criterion("claim-2")], ..Plan::default() };
    let event = OrderEvent::Created {
        order: ORDER.to_owned(),
        number: OrderNumber::parse("WO-2026-001").unwrap(),
        plan: Box::new(plan),
        assignee: None,
    };
    Draft::new(event.kind(), event.to_json().unwrap())
}

pub(super) fn log_entry(title: &str) -> Draft {
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
    quote_of("output", OUTPUT, words)
}

fn quote_of(field: &str, body: &str, words: &str) -> Quote {
    let located = locate(body, &QuoteSelector::exact(words)).unwrap();
    let bytes = located.bytes.clone();
    Quote {
        revision: Digest::of(&image()),
        byte_start: bytes.start as u64,
        byte_length: bytes.len() as u64,
        digest: Digest::of(&body.as_bytes()[bytes]),
        evidence: Evidence::new("0af7", "b7ad", field, Digest::of(body.as_bytes()), located),
    }
}

pub(super) fn stated() -> AuditEvent {
    stated_from(quote("default after timeout"))
}

fn stated_from(quote: Quote) -> AuditEvent {
    let claim = Statement {
        id: "claim-3".to_owned(),
        target: Target::Step("step-1".to_owned()),
        place: "1".to_owned(),
        text: "The lookup timed out".to_owned(),
        materiality: Materiality::None,
        quote,
    };
    AuditEvent::ClaimStated { claim: Box::new(claim) }
}

fn judged() -> AuditEvent {
    verdict(Outcome::Supported, Relation::Independent)
}

pub(super) fn verdict(outcome: Outcome, relation: Relation) -> AuditEvent {
    let verdict = GivenVerdict {
        id: "verdict-1".to_owned(),
        claim: "claim-1".to_owned(),
        outcome,
        relation,
        quotes: vec![quote("timeout of 5 s – é")],
        checks: Vec::new(),
        reason: None,
        comment: "seen".to_owned(),
        supersedes: None,
    };
    AuditEvent::VerdictGiven { verdict: Box::new(verdict) }
}

/// What the script prints of a bundle that it accepts, as it must.
pub(super) fn script(made: &Made) -> String {
    let works = |shell: &&str| Command::new(shell).args(["-c", ":"]).status().is_ok();
    let shell = ["dash", "sh"].into_iter().find(works).expect("a shell");
    let folder = Folder::new();
    lay_out(&folder.0, &made.files);
    let mut command = Command::new(shell);
    command.arg("verify.sh").arg(made.fingerprint().to_hex()).current_dir(&folder.0);
    let output = command.output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && out.ends_with("This bundle verifies.\n"), "{out}{err}");
    out.into_owned()
}

/// Whether the script accepts these files.
pub(super) fn accepted_by_script(files: &Files, fingerprint: Digest) -> bool {
    let folder = Folder::new();
    lay_out(&folder.0, files);
    let mut command = Command::new("sh");
    command.arg("verify.sh").arg(fingerprint.to_hex()).current_dir(&folder.0);
    command.output().unwrap().status.success()
}

pub(super) fn lay_out(folder: &Path, files: &Files) {
    for (path, bytes) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// Whether the tools that the script needs are here; says so loudly when they are not.
pub(super) fn tools_are_here() -> bool {
    let version = Command::new("openssl").arg("version").output();
    let version = version.map(|o| String::from_utf8_lossy(&o.stdout).into_owned()).unwrap_or_default();
    let major = version.split(' ').nth(1).and_then(|v| v.split('.').next()?.parse::<u32>().ok());
    let here = major.is_some_and(|major| major >= 3);
    if !here {
        println!("SKIPPED: openssl 3 or newer is not installed, verify.sh was NOT tested");
    }
    here
}

#[test]
fn both_checkers_accept_it_and_count_the_same() {
    let made = made(3);
    let found = verify(&made.files, made.fingerprint()).unwrap();
    assert_eq!((found.records, found.withheld, found.pins, found.bodies, found.quotes), (8, 0, 1, 2, 1));
    assert_eq!(found.scores[3], 5_000);
    assert_eq!(unpack(&pack(&made.files).unwrap()).unwrap(), made.files);
    if tools_are_here() {
        let out = script(&made);
        for line in
            ["8 records stand in the log (0 with", "1 pinned revisions and 2 bodies", "1 quotes stand"]
        {
            assert!(out.contains(line), "{out}");
        }
    }
}

#[test]
fn the_words_a_claim_was_stated_from_are_quoted() {
    let made = made_with(vec![(stream_of(PROJECT, ORDER), stated().draft().unwrap())]);
    let quotes = String::from_utf8(made.files["quotes.tsv"].clone()).unwrap();
    let stated =
        quotes.lines().find(|line| line.starts_with("5\t")).expect("the statement's line").to_owned();
    let start = OUTPUT.find("default").unwrap();
    assert!(stated.contains(&format!("\t{start}\t21\t")), "{stated}");
    assert_eq!(verify(&made.files, made.fingerprint()).unwrap().quotes, 2);
    if tools_are_here() {
        let out = script(&made);
        assert!(out.contains("2 quotes stand verbatim"), "{out}");
    }
}

/// Metadata has no digest in its image, so nothing but the quote says that it is a body.
#[test]
fn words_of_metadata_are_quoted_from_the_image() {
    let said = stated_from(quote_of("metadata", METADATA, "[A-Z]* \\\"cards\\\" was off"));
    let made = made_with(vec![(stream_of(PROJECT, ORDER), said.draft().unwrap())]);
    let body = format!("bodies/{}", Digest::of(METADATA.as_bytes()));
    assert_eq!(made.files[&body], METADATA.as_bytes());
    let found = verify(&made.files, made.fingerprint()).unwrap();
    assert_eq!((found.bodies, found.quotes), (3, 2));
    let mut other = made.files.clone();
    let strange = METADATA.replace("line 4", "line 5");
    other.insert(format!("bodies/{}", Digest::of(strange.as_bytes())), strange.into_bytes());
    evidence_bundle::seal(&mut other, made.app.log.signer());
    assert!(verify(&other, made.fingerprint()).unwrap_err().to_string().contains("no pinned revision"));
    if tools_are_here() {
        let out = script(&made);
        assert!(out.contains("3 bodies") && out.contains("2 quotes stand verbatim"), "{out}");
        assert!(!accepted_by_script(&other, made.fingerprint()));
    }
}

#[test]
fn a_hundred_records_verify() {
    let made = made(95);
    let packed = pack(&made.files).unwrap().len();
    let begun = Instant::now();
    assert_eq!(verify(&made.files, made.fingerprint()).unwrap().records, 100);
    println!("100 records: {packed} bytes packed, {} ms in process", begun.elapsed().as_millis());
    if tools_are_here() {
        let begun = Instant::now();
        script(&made);
        println!("verify.sh: {} ms", begun.elapsed().as_millis());
    }
}

/// The body of an event as the ledger stores it, with all that it may hold.
fn stored(event: &AuditEvent) -> (&'static str, Vec<u8>) {
    let draft = event.draft().unwrap();
    let body = Body {
        under_reset: None,
        actor_name: "Mei Kato".to_owned(),
        session: Some("session".to_owned()),
        request_id: Some("request".to_owned()),
        reason: Some("why".to_owned()),
        data: draft.data.into(),
    };
    (draft.kind, serde_json::to_vec(&body).unwrap())
}

/// The same event as the checks see it.
fn said(event: AuditEvent) -> Said {
    let (traces, pins) = match &event {
        AuditEvent::EvidencePinned { pins, .. } => {
            pins.iter().map(|pin| (pin.trace.clone(), pin.revision)).unzip()
        }
        _ => (Vec::new(), Vec::new()),
    };
    let verdict = match &event {
        AuditEvent::VerdictGiven { verdict } => Some(record::Verdict {
            claim: verdict.claim.clone(),
            outcome: verdict.outcome.as_str().to_owned(),
            relation: verdict.relation.as_str().to_owned(),
        }),
        _ => None,
    };
    let quote = |quote: Quote| record::Quote {
        body: quote.evidence.body_digest,
        revision: quote.revision,
        trace: quote.evidence.trace_id,
        start: quote.byte_start,
        length: quote.byte_length,
        digest: quote.digest,
    };
    Said { pins, traces, quotes: event.quotes().into_iter().map(quote).collect(), verdict }
}

/// The checks read records by shapes of their own; these must stay the shapes that are written.
#[test]
fn what_is_written_is_what_the_checks_read() {
    let verdicts = [
        (Outcome::Supported, Relation::Independent),
        (Outcome::Refuted, Relation::SameUnit),
        (Outcome::NotEnoughInformation, Relation::Own),
    ]
    .map(|(outcome, relation)| verdict(outcome, relation));
    for event in [pinned(), stated()].into_iter().chain(verdicts) {
        let (kind, body) = stored(&event);
        let read = Said::read(kind, &body).unwrap();
        assert_ne!(read, Said::default(), "{kind} is read as nothing");
        assert_eq!(read, said(event), "{kind}");
    }
    let other = AuditEvent::ClaimWithdrawn { claim: "claim-3".to_owned() };
    let (kind, body) = stored(&other);
    assert_eq!(Said::read(kind, &body).unwrap(), Said::default());
    assert_eq!(record::ERASED, crate::tombstones::ERASED);
}
