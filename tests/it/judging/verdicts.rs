//! Verdicts, their refusals, the score they move and the atoms they make.

use tracewright::db::AnyConnection;
use tracewright::foundation::{Asker, ProjectKey, Timestamp};
use tracewright::knowledge;
use tracewright::ledger::reads::{latest_checkpoint, leaf_index};
use tracewright::ledger::rebuild;
use tracewright::trust::reads::{Report, report_of};
use tracewright::trust::{Flag, ensure_policy};

use crate::harness::on_both;

use super::*;

on_both! {
    async fn a_supported_claim_moves_the_score_and_leaves_an_atom(t: TestApp) {
        ensure_policy(&t.app, &Asker::system(ProjectKey(0))).await.unwrap();
        ensure_policy(&t.app, &Asker::system(ProjectKey(0))).await.unwrap();
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await;
        let target = load(&t, &case.owner, &case.order).await.resolve_part("C1").unwrap();
        actions::tick::tick(&t.services.orders, &case.tech, &case.order, target).await.unwrap();
        t.clock.advance(1_000_000);
        give(&t, &case.auditor, unsettled(&claim(&t, &case, "C1").await)).await.unwrap();
        let before = score(&t, &case, None).await;
        let at_first = t.app.now();
        t.clock.advance(1_000_000);
        give(&t, &case.auditor, quoting(&item, Outcome::Supported, WORDS)).await.unwrap();
        let after = score(&t, &case, None).await;
        assert!(after.explanation.score.assured > before.explanation.score.assured);
        assert!(after.explanation.score.coverage > before.explanation.score.coverage);
        let row = after.explanation.rows.iter().find(|row| row.claim == item.claim.claim_id).unwrap();
        assert!(row.leaf.is_some() && row.change > 0);
        assert_eq!(claim(&t, &case, "3.1").await.claim.standing, "supported");
        let then = score(&t, &case, Some(at_first)).await;
        assert_eq!(then.explanation.score.assured, before.explanation.score.assured);
        assert_eq!(atoms(&t, &case).await, [("verified".to_owned(), WORDS.to_owned())]);
    }

    async fn a_verdict_stands_under_a_checkpoint_when_the_action_answers(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await;
        let judged = judge(&t.app, &case.auditor, quoting(&item, Outcome::Supported, WORDS)).await.unwrap();
        let row = claim(&t, &case, "3.1").await.verdicts.remove(0).row;
        assert_eq!(row.verdict_id, judged.verdict);
        let read = move |conn: &mut AnyConnection| Ok((leaf_index(conn, &row.event_id)?, latest_checkpoint(conn)?));
        let (leaf, signed) = t.app.db.read(read).await.unwrap();
        assert_eq!(signed.map(|signed| signed.head.size), Some(judged.entries));
        assert!(leaf.is_some_and(|leaf| leaf < judged.entries), "{leaf:?} of {}", judged.entries);
    }

    async fn a_refutation_contests_the_atom_and_taking_it_back_restores_it(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await;
        give(&t, &case.auditor, quoting(&item, Outcome::Supported, WORDS)).await.unwrap();
        let second = other(&case.owner, "second", &[Role::Auditor]);
        let refuted = give(&t, &second, quoting(&item, Outcome::Refuted, "48 calls")).await.unwrap();
        assert_eq!(claim(&t, &case, "3.1").await.claim.standing, "disputed");
        assert_eq!(statuses(&t, &case).await, ["contested"]);
        let disputed = score(&t, &case, None).await;
        assert!(disputed.explanation.score.flags.contains(&Flag::Disputed));
        let mended = Judgement { supersedes: Some(refuted), ..unsettled(&item) };
        give(&t, &second, mended).await.unwrap();
        assert_eq!(statuses(&t, &case).await, ["verified"]);
        let target = load(&t, &case.owner, &case.order).await.resolve_part("3.1").unwrap();
        let why = "wrong item".to_owned();
        actions::undo::undo(&t.services.orders, &case.tech, &case.order, target, why).await.unwrap();
        assert_eq!(statuses(&t, &case).await, ["contested"]);
        let app = t.app.clone();
        let check = move || rebuild::check(&app.db, &app.ledger);
        let checked = tokio::task::spawn_blocking(check).await.unwrap().unwrap();
        assert!(checked.differences.is_empty(), "{:?}", checked.differences);
    }

    async fn whoever_did_the_work_may_only_admit_a_fault(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await;
        let own = give(&t, &case.tech, quoting(&item, Outcome::Supported, WORDS)).await;
        assert!(matches!(own, Err(Error::Forbidden(_))), "{own:?}");
        assert!(give(&t, &case.tech, quoting(&item, Outcome::Refuted, "51 calls")).await.is_ok());
        let mut agent = other(&case.owner, "relay", &[Role::Agent, Role::Auditor]);
        agent.actor.kind = ActorKind::Agent;
        let by_agent = give(&t, &agent, quoting(&item, Outcome::Supported, WORDS)).await;
        assert!(matches!(by_agent, Err(Error::Forbidden(_))), "{by_agent:?}");
        let viewer = other(&case.owner, "viewer", &[Role::Viewer]);
        assert!(matches!(give(&t, &viewer, quoting(&item, Outcome::Supported, WORDS)).await, Err(Error::Forbidden(_))));
    }

    async fn what_does_not_stand_in_linked_evidence_proves_nothing(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await;
        let invented = give(&t, &case.auditor, quoting(&item, Outcome::Supported, "51 of 51 calls are traced")).await;
        let Err(Error::Invalid(errors)) = invented else { panic!("{invented:?}") };
        assert!(errors.get("quotes[0]").is_some());
        put_trace(&t, case.owner.project, "stray", SPAN, "", OUTPUT).await;
        let mut stray = quoting(&item, Outcome::Supported, WORDS);
        "stray".clone_into(&mut stray.quotes[0].trace_id);
        let Err(Error::Invalid(errors)) = give(&t, &case.auditor, stray).await else { panic!("taken") };
        assert!(errors.get("quotes").unwrap().contains("not linked"));
        let imported = claim(&t, &case, "1.1").await;
        let unattested = give(&t, &case.auditor, quoting(&imported, Outcome::Supported, WORDS)).await;
        assert!(matches!(unattested, Err(Error::Refused(_))), "{unattested:?}");
        assert!(matches!(link_to(&t, &case, "3.1", "nowhere").await, Err(Error::Invalid(_))));
        assert!(atoms(&t, &case).await.is_empty());
    }

    async fn altered_evidence_costs_the_score(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await;
        give(&t, &case.auditor, quoting(&item, Outcome::Supported, WORDS)).await.unwrap();
        let before = score(&t, &case, None).await.explanation.score;
        put_trace(&t, case.owner.project, TRACE, SPAN, "", "All 51 calls are traced.").await;
        let after = score(&t, &case, None).await.explanation.score;
        assert!(after.assured < before.assured && after.flags.contains(&Flag::IntegrityFailed));
    }
}

async fn score(t: &TestApp, case: &Case, as_of: Option<Timestamp>) -> Report {
    let project = case.owner.project;
    t.app.db.read(move |conn| report_of(conn, project, "WO-2026-014", as_of)).await.unwrap()
}

async fn atoms(t: &TestApp, case: &Case) -> Vec<(String, String)> {
    let project = case.owner.project;
    let found = t.app.db.read(move |conn| knowledge::reads::search(conn, project, "", None)).await.unwrap();
    found.into_iter().map(|atom| (atom.row.status, atom.row.statement)).collect()
}

async fn statuses(t: &TestApp, case: &Case) -> Vec<String> {
    atoms(t, case).await.into_iter().map(|(status, _)| status).collect()
}
