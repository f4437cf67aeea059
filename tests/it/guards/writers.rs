//! Every fact a guard may ask for has a writer, and every guard a test here that it refuses.

use std::collections::BTreeSet;
use std::path::Path;

use tracewright::work_orders::lifecycle::{Guard, RULES};

/// Each fact, where it is filled in, and by whom it is made true.
const WRITERS: &[(&str, &str, &str)] = &[
    ("evidence", "work_orders/facts.rs", "audit, wired in app.rs"),
    ("linked_by_hand", "audit/facts.rs", "linking a trace by hand"),
    ("evidenced", "audit/facts.rs", "linking a trace to a part"),
    ("traces_at", "audit/facts.rs", "linking a trace to a part"),
    ("altered", "audit/facts.rs", "a pinned revision that was replaced"),
    ("senders", "audit/facts.rs", "sending a trace by an agent's key"),
    ("claims_open", "audit/facts.rs", "ticking, and judging"),
    (
        "exceptions_open",
        "audit/facts.rs",
        "masking a secret in a linked trace, completing a step done too fast",
    ),
    ("judged", "audit/facts.rs", "judging a claim"),
    ("refuted", "audit/facts.rs", "refuting a claim"),
    ("undecided", "audit/facts.rs", "judging a claim with not enough information"),
    ("record", "work_orders/facts.rs", "the ledger, wired in app.rs"),
    ("people", "work_orders/facts.rs", "people"),
    ("unit", "work_orders/facts.rs", "making an agent or its key, and `user same-person`"),
    ("answering", "work_orders/facts.rs", "making an agent or its key, and `user same-person`"),
    ("now", "work_orders/facts.rs", "the clock of the application"),
    ("blockers", "work_orders/facts.rs", "relating two orders"),
    ("cancelled_follow_ups", "work_orders/facts.rs", "cancelling a follow-up"),
    ("draft_follow_ups", "work_orders/facts.rs", "opening a follow-up"),
    ("policy", "work_orders/facts.rs", "what the project decided about the type"),
    ("controlled", "order_settings/policies/reads.rs", "`policy set --controlled`"),
    ("verification_waived", "order_settings/policies/reads.rs", "`policy set --verification-waived`"),
    ("closers", "order_settings/policies/reads.rs", "`policy set --closers`"),
    ("closer_not_verifier", "order_settings/policies/reads.rs", "`policy set --closer-not-verifier`"),
    ("evidence_required", "order_settings/policies/reads.rs", "`policy set --evidence-required`"),
    ("min_reason", "order_settings/policies/reads.rs", "`policy set --min-reason`"),
    ("approval_signed", "order_settings/policies/reads.rs", "`policy set --approval-signed`"),
];

/// The test that makes each guard refuse through the actions.
const REACHED: &[(Guard, &str, &str)] = &[
    (Guard::PlanComplete, "planning", "plan_complete"),
    (Guard::ApproverNotAuthor, "planning", "approver_not_author"),
    (Guard::AssigneeSet, "planning", "assignee_set_and_safety_read"),
    (Guard::NotBlocked, "planning", "not_blocked"),
    (Guard::SafetyRead, "planning", "assignee_set_and_safety_read"),
    (Guard::SafetyReadOnResume, "planning", "hold_code_given_resumes_where_it_was_and_safety_read_on_resume"),
    (Guard::HoldCodeGiven, "planning", "hold_code_given_resumes_where_it_was_and_safety_read_on_resume"),
    (Guard::ResumesWhereItWas, "planning", "hold_code_given_resumes_where_it_was_and_safety_read_on_resume"),
    (Guard::NeverStarted, "planning", "never_started"),
    (Guard::NobodySignedOn, "ending", "nobody_signed_on"),
    (Guard::PlanApproved, "ending", "plan_approved"),
    (Guard::StepsSettled, "ending", "steps_settled"),
    (Guard::OutcomeEarned, "ending", "outcome_earned_a_failed_step_is_completed_but_not_as_achieved"),
    (Guard::FailuresFollowedUp, "ending", "outcome_earned_a_failed_step_is_completed_but_not_as_achieved"),
    (Guard::NoActuals, "ending", "no_actuals"),
    (Guard::NotAPerformer, "verifying", "not_a_performer_through_an_agent"),
    (Guard::ClaimsJudged, "verifying", "claims_judged"),
    (Guard::ExceptionsAnswered, "verifying", "exceptions_answered"),
    (Guard::EvidenceIntact, "verifying", "evidence_intact"),
    (Guard::VerificationWaived, "closing", "verification_waived"),
    (Guard::VerifiedHere, "closing", "verified_here"),
    (Guard::CloserNotVerifier, "closing", "closer_not_verifier"),
    (Guard::RecordVerifies, "closing", "record_verifies_against_a_changed_time_of_the_order"),
];

fn text(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The public fields of a struct whose name ends in `Facts` or `Policy`, read off its source.
fn fields(source: &str) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for rest in source.split("pub struct ").skip(1) {
        let (name, rest) = rest.split_once([' ', '(', '<', '{']).unwrap();
        if name.ends_with("Facts") || name.ends_with("Policy") {
            let body = rest.split("\n}").next().unwrap();
            let named = body.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(':'));
            fields.extend(named.map(|(field, _)| field.to_owned()));
        }
    }
    fields
}

#[test]
fn every_fact_has_a_writer_and_none_a_default() {
    let (facts, policy) =
        (text("crates/order-rules/src/facts.rs"), text("crates/order-markdown/src/model/policy.rs"));
    let asked: BTreeSet<String> = fields(&facts).union(&fields(&policy)).cloned().collect();
    let written: BTreeSet<String> = WRITERS.iter().map(|(fact, ..)| (*fact).to_owned()).collect();
    assert_eq!(asked, written);
    for (fact, file, _) in WRITERS {
        let source = text(&format!("src/{file}"));
        assert!(
            source.contains(&format!(" {fact}: ")) || source.contains(&format!(" {fact},")),
            "{fact} in {file}"
        );
    }
    for source in [facts, policy] {
        assert!(!source.contains("Default"), "a default would let something pass that nobody answered");
    }
}

#[test]
fn every_guard_is_reached_by_a_test_that_it_refuses() {
    for guard in RULES.iter().flat_map(|rule| rule.guards) {
        let (_, file, test) =
            REACHED.iter().find(|(it, ..)| it == guard).unwrap_or_else(|| panic!("{guard:?}"));
        let source = text(&format!("tests/it/guards/{file}.rs"));
        assert!(source.contains(&format!("async fn {test}(t: TestApp)")), "{test} in {file}");
    }
}
