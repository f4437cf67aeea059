//! R10, R23, R24 and R26 to R32: the record of an order, its evidence, what is judged of it and what follows.

use std::sync::Arc;

use actix_web::http::{Method, StatusCode};
use tracewright::audit::Outcome as Verdict;
use tracewright::audit::actions::{Judgement, NewQuote, judge};
use tracewright::audit::evidence;
use tracewright::audit::model::MissingReason;
use tracewright::audit::reads::{EvidenceState, JudgedClaim, judged_claims};
use tracewright::bundle::actions::export;
use tracewright::bundle::{Files, Stored, unpack, verify};
use tracewright::db::AnyConnection;
use tracewright::foundation::{Asker, Digest, Error, ProjectKey, Result, Role};
use tracewright::jobs;
use tracewright::knowledge::reads::{FoundAtom, search};
use tracewright::ledger::rebuild;
use tracewright::ledger::sequencer::sequence_now;
use tracewright::router;
use tracewright::trust::ensure_policy;
use tracewright::trust::reads::{Report, inputs_of, report_of};
use tracewright::trust::score::score;
use tracewright::trust::{View, csv};
use tracewright::work_orders::actions::attest::attest;
use tracewright::work_orders::actions::create::create;
use tracewright::work_orders::actions::tick::tick;
use tracewright::work_orders::actions::undo::undo;
use tracewright::work_orders::model::{Kind, Outcome, Plan, Status};

use crate::guards::stage::{
    FILE, PASSWORD, complete, completed, do_tick, go, hire, judge_all, link_trace, load, owner, place,
    refusal, reword, running, send, take,
};
use crate::harness::http::{Client, Site, site};
use crate::harness::{TestApp, on_both};

use super::{browser, events, form};

const NUMBER: &str = "WO-2026-100";
const SAID: &str = "The client is wrapped. All 51 calls of the parts desk are traced by trace-client 2.4.";
const WORDS: &str = "All 51 calls of the parts desk are traced by trace-client 2.4.";

/// What is done to an order by a form; each is complete here, so that it is refused for nothing but the order's state.
const VERBS: [&str; 14] = [
    "plan",
    "transition",
    "tick",
    "answer",
    "skip",
    "take-up",
    "undo",
    "mark",
    "log",
    "attest",
    "acknowledge",
    "comment",
    "materiality",
    "assign",
];

/// An order in work of which 1.1 is ticked, with a trace that says so; and who takes part.
struct Case {
    owner: Asker,
    dana: Asker,
    mei: Asker,
    id: String,
}

async fn case(t: &TestApp) -> Case {
    ensure_policy(&t.app, &Asker::system(ProjectKey(0))).await.unwrap();
    let owner = owner(t).await;
    let dana = hire(t, &owner, "dana", &[Role::Technician]).await;
    let mei = hire(t, &owner, "mei", &[Role::Auditor]).await;
    let id = running(t, &owner, &dana).await;
    send(t, &Asker::system(owner.project), "t1", &[], SAID).await;
    do_tick(t, &dana, &id, "1.1").await;
    link_trace(t, &dana, &id, "1.1", "t1").await;
    t.clock.advance(1_000_000);
    Case { owner, dana, mei, id }
}

async fn claim(t: &TestApp, case: &Case, place: &str) -> JudgedClaim {
    let (project, order) = (case.owner.project, case.id.clone());
    let all = t.app.db.read(move |conn| judged_claims(conn, project, &order)).await.unwrap();
    all.into_iter().rfind(|claim| claim.claim.place == place).unwrap()
}

/// A verdict on a claim; supported with a quote, unsettled without.
async fn give(
    t: &TestApp,
    by: &Asker,
    claim: &JudgedClaim,
    outcome: Verdict,
    supersedes: Option<String>,
) -> Result<String> {
    let quote = NewQuote {
        trace_id: "t1".to_owned(),
        observation_id: "call".to_owned(),
        field: "output".to_owned(),
        exact: WORDS.to_owned(),
        prefix: String::new(),
        suffix: String::new(),
    };
    let is_settled = outcome != Verdict::NotEnoughInformation;
    let asked = Judgement {
        claim_id: claim.claim.claim_id.clone(),
        outcome,
        quotes: if is_settled { vec![quote] } else { Vec::new() },
        reason: (!is_settled).then_some(MissingReason::NoEvidenceLinked),
        comment: "I counted the calls myself.".to_owned(),
        supersedes,
    };
    let given = judge(&t.app, by, asked).await?.verdict;
    jobs::drain(&t.app, &t.services.jobs).await?;
    sequence_now(&t.app.db, &t.app.log).await?;
    t.clock.advance(1_000_000);
    Ok(given)
}

async fn scored(t: &TestApp, case: &Case) -> Report {
    let project = case.owner.project;
    t.app.db.read(move |conn| report_of(conn, project, NUMBER, None)).await.unwrap()
}

async fn atoms(t: &TestApp, case: &Case) -> Vec<FoundAtom> {
    let project = case.owner.project;
    t.app.db.read(move |conn| search(conn, project, "", None)).await.unwrap()
}

async fn bundle(t: &TestApp, by: &Asker) -> Files {
    let stored = Arc::new(Stored::new(t.app.clone()));
    unpack(&export(&t.app, by, NUMBER, stored).await.unwrap().zip).unwrap()
}

async fn get(s: &Site, by: &Client, address: &str) -> String {
    let page = by.get(s, address).await;
    assert_eq!(page.status, StatusCode::OK, "{address}: {}", page.body);
    page.body
}

on_both! {
    async fn r10_no_order_is_ever_deleted_and_a_draft_thrown_away_stays_as_cancelled(t: TestApp) {
        let owner = owner(&t).await;
        let table = router::table();
        for spec in table.specs().iter().filter(|spec| spec.path.starts_with("/work-orders")) {
            let last = spec.path.rsplit('/').next().unwrap_or_default();
            let deletes = ["delete", "remove", "discard", "purge"].iter().any(|word| last.contains(word));
            assert!([Method::GET, Method::POST].contains(&spec.method) && !deletes, "{} {}", spec.method, spec.path);
        }
        let (s, boss) = (site(&t).await, browser(&t, "owner").await);
        for number in ["WO-2026-100", "WO-2026-101"] {
            let id = take(&t, &owner, &FILE.replace(NUMBER, number)).await;
            if number.ends_with('1') {
                go(&t, &owner, &id, Status::Submitted).await.unwrap();
            }
            let deleted = boss.send(&s, Method::DELETE, &format!("/work-orders/{number}"), None).await;
            assert!(deleted.status.is_client_error(), "{}", deleted.status);
            let told = go(&t, &owner, &id, Status::Cancelled).await.unwrap();
            assert_eq!(told[0].data()["to"], "cancelled");
            let page = get(&s, &boss, &format!("/work-orders/{number}")).await;
            assert!(page.contains("Cancelled") && page.contains("Wrap the client") && page.contains("a good reason"), "{page}");
            assert!(get(&s, &boss, "/work-orders?status=cancelled").await.contains(number));
        }
        let first = create(&t.app, &owner, Plan { title: "One".to_owned(), ..Plan::default() }, None).await.unwrap();
        go(&t, &owner, &first.order_id, Status::Cancelled).await.unwrap();
        let next = create(&t.app, &owner, Plan { title: "Two".to_owned(), ..Plan::default() }, None).await.unwrap();
        assert_ne!(first.number, next.number, "a number is never given twice");
        assert_eq!(load(&t, &owner, &first.order_id).await.status, Status::Cancelled);
    }

    async fn r23_no_way_around_the_page_completes_an_order_with_a_required_step_open(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = running(&t, &owner, &dana).await;
        do_tick(&t, &dana, &id, "1.1").await;
        let (s, worker) = (site(&t).await, browser(&t, "dana").await);
        for outcome in ["achieved", "partial", "not_achieved"] {
            let sent = form(&[
                ("to", "completed"), ("outcome", outcome), ("email", "dana@example.com"), ("password", PASSWORD), ("reason", "done, I say"),
            ]);
            let answer = worker.post(&s, &format!("/work-orders/{NUMBER}/transition"), &sent).await;
            assert!(answer.status.is_client_error() && answer.body.contains("still open: 2 Look at one trace"), "{outcome}: {}", answer.body);
        }
        assert!(refusal(complete(&t, &dana, &id, Outcome::Partial).await).contains("2 Look at one trace"));
        assert_eq!(load(&t, &owner, &id).await.status, Status::InProgress);
        for at in ["2.1", "C1"] {
            do_tick(&t, &dana, &id, at).await;
        }
        complete(&t, &dana, &id, Outcome::Achieved).await.unwrap();
    }

    async fn r24_a_step_that_waits_for_others_cannot_be_ticked_before_them(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let id = running(&t, &owner, &dana).await;
        let step = load(&t, &owner, &id).await.steps[1].id.clone();
        reword(&t, &owner, &id, |it| it.id == step, |now| now.ordered = true, "first things first").await.unwrap();
        assert!(load(&t, &owner, &id).await.steps[1].ordered);
        let (s, worker) = (site(&t).await, browser(&t, "dana").await);
        let second = place(&t, &dana, &id, "2.1").await;
        let answer = worker.post(&s, &format!("/work-orders/{NUMBER}/tick"), &form(&[("target", &second.to_string())])).await;
        assert!(answer.status.is_client_error() && answer.body.contains("must come after step 1"), "{}", answer.body);
        assert!(refusal(tick(&t.services.orders, &owner, &id, second).await).contains("must come after step 1"), "nor a supervisor");
        do_tick(&t, &dana, &id, "1.1").await;
        do_tick(&t, &dana, &id, "2.1").await;
        assert_eq!(load(&t, &owner, &id).await.step_progress().0, 2);
    }

    async fn r26_what_the_auditor_saw_is_pinned_by_its_digest_and_outlives_later_changes(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "1.1").await;
        give(&t, &case.mei, &item, Verdict::Supported, None).await.unwrap();
        let (project, order) = (case.owner.project, case.id.clone());
        let state = async || {
            let order = order.clone();
            t.app.db.read(move |conn| evidence::states(conn, project, &order)).await.unwrap()["t1"]
        };
        assert_eq!(state().await, EvidenceState::Pinned);
        let before = bundle(&t, &case.mei).await;
        // Upstream, somebody now says something else of the same call.
        send(&t, &Asker::system(project), "t1", &[], "No call is traced.").await;
        assert_eq!(state().await, EvidenceState::Altered);
        let (s, auditor) = (site(&t).await, browser(&t, "mei").await);
        let page = get(&s, &auditor, &format!("/claims/{}", item.claim.claim_id)).await;
        assert!(page.contains(WORDS), "{page}");
        let trace = get(&s, &auditor, "/traces/t1").await;
        let changed = trace.split("Evidence that changed since").nth(1).unwrap_or_else(|| panic!("{trace}"));
        let href = changed.split("href=\"/traces/t1").nth(1).unwrap().split('"').next().unwrap().replace("&#38;", "&");
        let then = get(&s, &auditor, &format!("/traces/t1{href}")).await;
        assert!(then.contains("All 51 calls"), "{then}");
        // What is handed out holds the same bytes under the same digest as before.
        let after = bundle(&t, &case.mei).await;
        let body = |files: &Files| {
            let bodies = files.iter().filter(|(name, bytes)| name.contains(&Digest::of(bytes).to_hex()));
            bodies.map(|(_, bytes)| String::from_utf8_lossy(bytes).into_owned()).find(|text| text.contains(WORDS))
        };
        assert!(body(&after).is_some_and(|text| text.contains(SAID)), "{:?}", after.keys());
        assert_eq!(body(&before), body(&after));
    }

    async fn r27_a_claim_has_one_address_that_shows_evidence_verdict_who_when_and_why(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "1.1").await;
        let address = format!("/claims/{}", item.claim.claim_id);
        let (s, boss) = (site(&t).await, browser(&t, "owner").await);
        assert!(get(&s, &boss, &format!("/work-orders/{NUMBER}")).await.contains(&address));
        let given_at = t.app.now().to_rfc3339();
        give(&t, &case.mei, &item, Verdict::Supported, None).await.unwrap();
        let page = get(&s, &boss, &address).await;
        let moment = &given_at[..19];
        for words in ["Wrap the calls", WORDS, "<mark>", "supported", "mei", moment, "I counted the calls myself."] {
            assert!(page.contains(words), "{words}: {page}");
        }
        // A tick taken back and the same item ticked anew is another claim: the first keeps its address.
        let target = place(&t, &case.dana, &case.id, "1.1").await;
        undo(&t.services.orders, &case.dana, &case.id, target, "it was the wrong client".to_owned()).await.unwrap();
        do_tick(&t, &case.dana, &case.id, "1.1").await;
        assert_ne!(claim(&t, &case, "1.1").await.claim.claim_id, item.claim.claim_id);
        assert!(get(&s, &boss, &address).await.contains("I counted the calls myself."));
    }

    async fn r28_the_score_is_a_function_of_what_is_recorded_and_what_nobody_vouches_for_counts_nothing(t: TestApp) {
        let case = case(&t).await;
        let nothing = scored(&t, &case).await.explanation.score;
        assert_eq!(nothing.assured, 0, "a tick alone is worth nothing");
        let item = claim(&t, &case, "1.1").await;
        let first = give(&t, &case.mei, &item, Verdict::Supported, None).await.unwrap();
        let supported = scored(&t, &case).await.explanation;
        assert!(supported.score.assured > 0);
        // The same figure, byte for byte, from the recorded inputs alone.
        let again = async || {
            let (project, id, view) = (case.owner.project, case.id.clone(), View { tree_size: supported.score.tree_size, as_of: supported.score.as_of });
            t.app.db.read(move |conn: &mut AnyConnection| {
                let (subject, policy) = inputs_of(conn, project, &id, view)?;
                Ok((score(&subject, view, &policy)?.to_bytes()?, csv::inputs(&subject, view, &policy)?))
            }).await.unwrap()
        };
        let (bytes, inputs) = again().await;
        assert_eq!(bytes, supported.score.to_bytes().unwrap());
        let (app, ledger) = (t.app.clone(), t.app.ledger.clone());
        actix_web::web::block(move || rebuild::rebuild(&app.db, &ledger)).await.unwrap().unwrap();
        assert_eq!(again().await, (bytes, inputs.clone()), "also when every table was made anew");
        assert!(inputs.contains(&first), "the inputs name the verdict: {inputs}");
        let (s, auditor) = (site(&t).await, browser(&t, "mei").await);
        let page = get(&s, &auditor, &format!("/trust/work-orders/{NUMBER}")).await;
        assert!(page.contains(&supported.score.policy.to_hex()), "the formula's version is shown: {page}");
        // What was replaced counts nothing.
        give(&t, &case.mei, &item, Verdict::NotEnoughInformation, Some(first.clone())).await.unwrap();
        let replaced = scored(&t, &case).await.explanation;
        let old = replaced.rows.iter().find(|row| row.verdict == first).unwrap();
        assert_eq!((old.change, replaced.score.assured), (0, 0));
    }

    async fn r28_what_only_a_file_claims_counts_nothing_and_cannot_be_judged(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let id = take(&t, &owner, &FILE.replacen("- [ ]", "- [x]", 1)).await;
        crate::harness::orders::walk(&t, &owner, &dana, &id, Status::InProgress).await;
        send(&t, &Asker::system(owner.project), "t1", &[], SAID).await;
        link_trace(&t, &dana, &id, "1.1", "t1").await;
        t.clock.advance(1_000_000);
        let case = Case { owner, dana, mei, id };
        let imported = claim(&t, &case, "1.1").await;
        let refused = give(&t, &case.mei, &imported, Verdict::Supported, None).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
        assert_eq!(scored(&t, &case).await.explanation.score.assured, 0);
        let target = place(&t, &case.dana, &case.id, "1.1").await;
        attest(&t.services.orders, &case.dana, &case.id, target, "seen on the server".to_owned()).await.unwrap();
        t.clock.advance(1_000_000);
        let taken_over = claim(&t, &case, "1.1").await;
        give(&t, &case.mei, &taken_over, Verdict::Supported, None).await.unwrap();
        assert!(scored(&t, &case).await.explanation.score.assured > 0);
    }

    async fn r29_atoms_come_from_verified_claims_lead_back_to_them_and_fall_with_them(t: TestApp) {
        let case = case(&t).await;
        jobs::drain(&t.app, &t.services.jobs).await.unwrap();
        assert!(atoms(&t, &case).await.is_empty(), "a tick makes no knowledge");
        let item = claim(&t, &case, "1.1").await;
        let refuted = give(&t, &case.dana, &item, Verdict::Supported, None).await;
        assert!(refuted.is_err() && atoms(&t, &case).await.is_empty(), "nor does whoever did the work");
        give(&t, &case.mei, &item, Verdict::Supported, None).await.unwrap();
        let made = atoms(&t, &case).await;
        let [atom] = made.as_slice() else { panic!("{made:?}") };
        assert_eq!((atom.row.status.as_str(), atom.row.statement.as_str()), ("verified", WORDS));
        assert_eq!(atom.sources.iter().map(|it| it.claim_id.as_str()).collect::<Vec<_>>(), [item.claim.claim_id.as_str()]);
        assert_eq!((atom.spans[0].trace_id.as_str(), atom.spans[0].observation_id.as_str()), ("t1", "call"));
        let (s, auditor) = (site(&t).await, browser(&t, "mei").await);
        let page = get(&s, &auditor, "/knowledge").await;
        assert!(page.contains(WORDS) && page.contains(&format!("/claims/{}", item.claim.claim_id)), "{page}");
        // The claim is open again: in the very transaction its atom is no longer verified.
        let target = place(&t, &case.dana, &case.id, "1.1").await;
        undo(&t.services.orders, &case.dana, &case.id, target, "it was the wrong client".to_owned()).await.unwrap();
        assert_eq!(atoms(&t, &case).await[0].row.status, "contested");
    }

    async fn r30_what_was_imported_says_so_with_digest_importer_and_time_and_is_nobodys_tick_of_that_moment(t: TestApp) {
        let owner = owner(&t).await;
        let text = FILE.replacen("- [ ]", "- [x]", 1);
        let (s, boss) = (site(&t).await, browser(&t, "owner").await);
        let sent = form(&[("markdown", text.as_str()), ("file", "parts-desk.md")]);
        let done = boss.post(&s, "/work-orders/import", &sent).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let id = events(&t).await.into_iter().rfind(|event| event.kind == "work_order.imported.v1").unwrap().stream_id;
        let order = load(&t, &owner, &id).await;
        let record = order.imported.clone().unwrap();
        let kept = String::from_utf8(text.replace('\n', "\r\n").into_bytes()).unwrap();
        assert!([Digest::of(text.as_bytes()), Digest::of(kept.as_bytes())].contains(&record.source));
        assert_eq!((record.file.as_deref(), record.by.id.as_str(), record.at), (Some("parts-desk.md"), owner.id(), t.app.now()));
        let page = get(&s, &boss, done.location()).await;
        for words in ["parts-desk.md", &record.source.short(), owner.actor.name.as_str(), &record.at.to_rfc3339()[..19]] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let imported = order.steps[0].items[0].ticks.current().unwrap();
        assert!(imported.is_unattested() && imported.by.is_none() && imported.at.is_none(), "{imported:?}");
        assert_eq!((order.item_progress().0, order.performers.len()), (0, 0), "it counts for nothing");
    }

    async fn r31_a_bundle_verifies_without_us_and_no_longer_once_a_byte_of_it_is_changed(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "1.1").await;
        give(&t, &case.mei, &item, Verdict::Supported, None).await.unwrap();
        let files = bundle(&t, &case.mei).await;
        let fingerprint = t.app.log.verifier().fingerprint().unwrap();
        let verified = verify(&files, fingerprint).unwrap();
        let Some(complete) = verified.complete else { panic!("it does not say that nothing was left out") };
        assert!(complete.records >= 8 && verified.quotes == 1 && verified.pins >= 1, "{complete:?}");
        for part in ["verify.sh", "SHA256SUMS", "SHA256SUMS.sig"] {
            assert!(files.contains_key(part), "{part}: {:?}", files.keys());
        }
        for (name, bytes) in files.iter().filter(|(name, _)| !["verify.sh", "VERIFY.md"].contains(&name.as_str())) {
            // The two that tell how to check are for the reader, who may bring their own.
            let mut changed = files.clone();
            let mut other = bytes.clone();
            match other.get_mut(bytes.len() / 2) {
                Some(byte) => *byte ^= 1,
                None => other.push(b'x'),
            }
            changed.insert(name.clone(), other);
            assert!(verify(&changed, fingerprint).is_err(), "{name} was changed");
            changed.remove(name);
            assert!(verify(&changed, fingerprint).is_err(), "{name} is missing");
        }
        assert!(verify(&files, Digest::of(b"another log's key")).is_err());
    }

    async fn r32_a_closed_order_takes_nothing_but_a_follow_up(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let id = completed(&t, &owner, &dana).await;
        judge_all(&t, &mei, &id).await;
        go(&t, &mei, &id, Status::Verified).await.unwrap();
        go(&t, &owner, &id, Status::Closed).await.unwrap();
        send(&t, &Asker::system(owner.project), "t1", &[], SAID).await;
        let order = load(&t, &owner, &id).await;
        let (item, step) = (order.steps[0].items[0].id.clone(), order.steps[0].id.clone());
        let (target, version) = (format!("item:{item}"), order.safety.version.to_string());
        let (s, boss) = (site(&t).await, browser(&t, "owner").await);
        let table = router::table();
        let writes: Vec<&str> = table.specs().iter().filter(|it| it.method == Method::POST).map(|it| it.path)
            .filter(|path| path.starts_with("/work-orders/{number}/")).collect();
        assert!(writes.len() >= 15, "{writes:?}");
        let about_it = async || events(&t).await.into_iter().filter(|event| event.stream_id == id).count();
        let before = about_it().await;
        // To look at the files again writes nothing to an order that has ended.
        let harmless = ["/follow-up", "/copy", "/files/check", "/amend"];
        for path in writes.iter().filter(|path| !harmless.iter().any(|it| path.ends_with(it))) {
            for to in ["in_progress", "completed", "cancelled"] {
                let sent = form(&[
                    ("target", &target), ("item", &item), ("step", &step), ("answer", "pass"), ("state", "failed"), ("reason", "a good reason"),
                    ("note", "a good note"), ("title", "Later"), ("lines", "more"), ("text", "more"), ("version", &version), ("weight", "4"),
                    ("account", dana.id()), ("op", "set"), ("block", &item), ("was", "Wrap the calls"), ("kind", if path.ends_with("/log") { "note" } else { "item" }), ("depth", "0"),
                    ("trace", "t1"), ("to", to), ("email", "owner@example.com"), ("password", PASSWORD), ("hold", "parts"), ("outcome", "partial"),
                ]);
                let answer = boss.post(&s, &path.replace("{number}", NUMBER), &sent).await;
                assert!(answer.status.is_client_error(), "{path}: {} {}", answer.status, answer.body);
                let verb = path.trim_start_matches("/work-orders/{number}/");
                if VERBS.contains(&verb) {
                    assert!(answer.body.contains("is closed: that is final"), "{path} {to}: {}", answer.body);
                }
                if verb != "transition" {
                    break;
                }
            }
        }
        assert_eq!(about_it().await, before, "nothing was written to it");
        assert_eq!(load(&t, &owner, &id).await.status, Status::Closed);
        let sent = form(&[("about", &target), ("title", "Wrap the second client"), ("priority", "high"), ("note", "one was left")]);
        let made = boss.post(&s, &format!("/work-orders/{NUMBER}/follow-up"), &sent).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let now = load(&t, &owner, &id).await;
        assert_eq!((now.status, now.steps == order.steps, now.relations.len()), (Status::Closed, true, 1), "it goes on in another order");
        assert!(get(&s, &boss, &format!("/work-orders/{NUMBER}")).await.contains("WO-2026-001"));
    }

    async fn r32_an_amendment_stands_beside_the_record_and_changes_nothing_in_it(t: TestApp) {
        let owner = owner(&t).await;
        let dana = hire(&t, &owner, "dana", &[Role::Technician]).await;
        let mei = hire(&t, &owner, "mei", &[Role::Auditor]).await;
        let id = completed(&t, &owner, &dana).await;
        judge_all(&t, &mei, &id).await;
        let (s, boss, danas) = (site(&t).await, browser(&t, "owner").await, browser(&t, "dana").await);
        let address = format!("/work-orders/{NUMBER}/amend");
        let target = load(&t, &owner, &id).await.resolve_part("1.1").unwrap().to_string();
        let sent = form(&[("target", &target), ("text", "It was the second call"), ("reason", "read in the wrong line")]);
        assert!(boss.post(&s, &address, &sent).await.status.is_client_error(), "it has not ended");
        go(&t, &mei, &id, Status::Verified).await.unwrap();
        go(&t, &owner, &id, Status::Closed).await.unwrap();
        let before = load(&t, &owner, &id).await;
        assert_eq!(danas.post(&s, &address, &sent).await.status, StatusCode::FORBIDDEN);
        let bare = boss.post(&s, &address, &form(&[("text", "It was the second call")])).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(boss.post(&s, &address, &sent).await.status, StatusCode::SEE_OTHER);
        let after = load(&t, &owner, &id).await;
        assert_eq!(after.amendments.len(), 1);
        assert_eq!((&after.steps, &after.criteria, after.status), (&before.steps, &before.criteria, before.status));
        assert_eq!(after.signatures, before.signatures, "no signature falls");
        for end in ["", "/print", ".md", ".json"] {
            let body = danas.get(&s, &format!("/work-orders/{NUMBER}{end}")).await.body;
            assert!(body.contains("It was the second call") && body.contains("read in the wrong line"), "{body}");
        }
    }

    async fn r32_a_cancelled_order_is_just_as_final(t: TestApp) {
        let owner = owner(&t).await;
        let id = take(&t, &owner, FILE).await;
        go(&t, &owner, &id, Status::Cancelled).await.unwrap();
        let edit = reword(&t, &owner, &id, |it| it.kind == Kind::Item, |now| now.text += "!", "a good reason").await;
        assert!(refusal(edit).contains("is cancelled: that is final"));
    }
}
