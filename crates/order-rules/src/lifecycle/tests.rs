use super::*;
use crate::facts::RecordFacts;
use crate::model::{
    Attestation, OrderNumber, PlanChanged, Relation, RelationKind, SignOn, StepState, Target, Tick, TickHow,
    Who,
};
use crate::samples::{self, agent, asking, assignee, at, person, persons_roles};
use Transition::{
    Approve, Cancel, Close, CloseUnverified, Complete, Hold, Reopen, Resume, ReturnForRework, ReturnToDraft,
    Start, Submit, TakeBack, Verify,
};
use foundation::Unit;
use foundation::{Actor, ActorKind};

/// An order on which every guard of the transition holds.
fn ready(rule: &Rule, from: Status, to: Status) -> Order {
    let mut order = at(from);
    match rule.id {
        Resume => order.started = to == InProgress,
        Complete => all_done(&mut order),
        Cancel => order.started = false,
        _ => {}
    }
    order
}

fn all_done(order: &mut Order) {
    order.steps.iter_mut().for_each(|step| step.state = StepState::Done);
    order.criteria.iter_mut().for_each(|criterion| criterion.ticks.0.push(Tick::imported("met")));
}

/// Facts on which every guard of the transition holds.
fn good_facts(rule: &Rule, actor: &Actor) -> Facts {
    let mut facts = samples::facts(actor);
    facts.policy.verification_waived = rule.id == CloseUnverified;
    facts
}

fn input() -> MoveInput<'static> {
    let outcome = Outcome::Achieved;
    MoveInput { reason: "a good reason", hold: Some(HoldCode::Person), outcome, is_confirmed: true }
}

/// The table written a second time by hand: which of these may take which row.
/// `author` wrote the order as a requester, `worker` has it assigned, the others only hold a role.
#[rustfmt::skip]
const MAY: [(Transition, &[&str]); 14] = [
    (Submit, &["author", "supervisor"]),
    (ReturnToDraft, &["supervisor"]),
    (Approve, &["supervisor"]),
    (Start, &["worker", "supervisor"]),
    (Hold, &["worker", "supervisor"]),
    (Resume, &["worker", "supervisor"]),
    (TakeBack, &["supervisor"]),
    (Complete, &["worker"]),
    (ReturnForRework, &["auditor", "supervisor"]),
    (Verify, &["auditor"]),
    (CloseUnverified, &["supervisor"]),
    (Close, &["auditor", "supervisor"]),
    (Reopen, &["supervisor"]),
    (Cancel, &["supervisor"]),
];

fn cast() -> Vec<(&'static str, Actor, Vec<Role>)> {
    vec![
        ("author", person("author"), vec![Role::Requester]),
        ("worker", person("worker"), vec![Role::Technician]),
        ("technician", person("other"), vec![Role::Technician]),
        ("supervisor", person("super"), vec![Role::Supervisor]),
        ("auditor", person("audit"), vec![Role::Auditor]),
        ("admin", person("admin"), vec![Role::Admin]),
        ("viewer", person("viewer"), vec![Role::Viewer]),
        ("requester", person("asker"), vec![Role::Requester]),
        ("nobody", person("nobody"), vec![]),
        ("agent", agent("bot"), vec![Role::Agent]),
        ("agent with every role", agent("bot"), Role::ALL.to_vec()),
        ("system", Actor::system(), Role::ALL.to_vec()),
    ]
}

#[test]
fn every_transition_is_open_to_exactly_the_roles_of_the_table() {
    for rule in &RULES {
        let (_, may) = MAY.iter().find(|(id, _)| *id == rule.id).unwrap();
        for (name, actor, roles) in cast() {
            for (from, to) in pairs(rule) {
                let order = ready(rule, from, to);
                let taken = check(&order, to, &asking(&actor, &roles), &good_facts(rule, &actor), input());
                let drafts_author = rule.id == Cancel && from == Draft && name == "author";
                let expected = may.contains(&name) || drafts_author;
                assert_eq!(taken.is_ok(), expected, "{:?} {from:?}->{to:?} by {name}: {taken:?}", rule.id);
                if let Err(refusal) = taken {
                    assert!(matches!(refusal, Error::Forbidden(_)), "{:?} by {name}: {refusal}", rule.id);
                }
            }
        }
    }
}

fn pairs(rule: &'static Rule) -> impl Iterator<Item = (Status, Status)> {
    rule.from.iter().flat_map(|from| rule.to.iter().map(|to| (*from, *to)))
}

#[test]
fn the_routes_name_the_verb_of_every_row() {
    for rule in &RULES {
        assert!(MOVES.contains(&rule.action), "{:?}", rule.id);
    }
    assert!(MOVES.iter().all(|action| RULES.iter().any(|rule| rule.action == *action)));
}

#[test]
fn every_pair_of_states_without_a_row_is_refused() {
    let all = persons_roles();
    let legal: usize = RULES.iter().map(|rule| pairs(rule).count()).sum();
    let mut refused = 0;
    for from in Status::ALL {
        for to in Status::ALL.into_iter().filter(|to| rule_for(from, *to).is_none()) {
            let result = check(
                &at(from),
                to,
                &asking(&person("super"), &all),
                &samples::facts(&person("super")),
                input(),
            );
            assert!(matches!(result, Err(Error::Refused(_))), "{from:?}->{to:?}");
            refused += 1;
        }
    }
    assert_eq!((legal, refused), (19, 81 - 19));
}

#[test]
fn exactly_these_rows_need_a_reason_and_exactly_these_are_signed() {
    let reasons: Vec<Transition> = RULES.iter().filter(|rule| rule.reason).map(|rule| rule.id).collect();
    assert_eq!(reasons, [ReturnToDraft, Hold, TakeBack, ReturnForRework, Reopen, Cancel]);
    let signed: Vec<(Transition, Meaning)> =
        RULES.iter().filter_map(|rule| Some((rule.id, rule.signature?))).collect();
    let expected = [
        (Approve, Meaning::Approval),
        (Complete, Meaning::Performed),
        (Verify, Meaning::Reviewed),
        (CloseUnverified, Meaning::Approved),
        (Close, Meaning::Approved),
    ];
    assert_eq!(signed, expected);
    for rule in RULES.iter().filter(|rule| rule.reason) {
        let (order, boss) = (ready(rule, rule.from[0], rule.to[0]), person("super"));
        let short = MoveInput { reason: " hm ", ..input() };
        let result =
            check(&order, rule.to[0], &asking(&boss, &[Role::Supervisor]), &good_facts(rule, &boss), short);
        let Err(Error::Invalid(errors)) = result else { panic!("{:?} took a short reason", rule.id) };
        assert!(errors.get("reason").is_some());
    }
}

/// Takes the row as somebody who may, after `spoil` broke one thing.
fn spoiled(
    id: Transition,
    spoil: impl FnOnce(&mut Order, &mut Facts, &mut MoveInput<'_>),
) -> Result<&'static Rule> {
    let rule = RULES.iter().find(|rule| rule.id == id).unwrap();
    let (actor, roles) = match id {
        Start | Complete | Resume => (person("worker"), [Role::Technician]),
        Verify => (person("auditor"), [Role::Auditor]),
        _ => (person("super"), [Role::Supervisor]),
    };
    let mut order = ready(rule, rule.from[0], rule.to[0]);
    let (mut facts, mut input) = (good_facts(rule, &actor), input());
    spoil(&mut order, &mut facts, &mut input);
    check(&order, rule.to[0], &asking(&actor, &roles), &facts, input)
}

type Spoil = fn(&mut Order, &mut Facts, &mut MoveInput<'_>);

/// Each guard with what makes it refuse, and a word of the refusal.
fn spoils() -> Vec<(Guard, Transition, Spoil, &'static str)> {
    vec![
        (Guard::PlanComplete, Submit, |order, _, _| order.title.clear(), "a title"),
        (Guard::PlanComplete, Submit, |order, _, _| order.order_type.clear(), "a type"),
        (
            Guard::PlanComplete,
            Submit,
            |order, _, _| order.priority = crate::model::Priority::None,
            "a priority",
        ),
        (Guard::PlanComplete, Submit, |order, _, _| order.steps.clear(), "at least one step"),
        (Guard::PlanComplete, Submit, |order, _, _| order.criteria.clear(), "criterion"),
        (Guard::ApproverNotAuthor, Approve, own_approval, "cannot approve"),
        (Guard::ApproverNotAuthor, Approve, units_approval, "cannot approve"),
        (Guard::AssigneeSet, Start, |order, _, _| order.assignee = None, "assigned"),
        (Guard::SafetyRead, Start, |order, _, _| order.safety.acknowledgements.clear(), "acknowledged"),
        (Guard::SafetyRead, Start, |order, _, _| order.safety.version = 2, "version 2"),
        (Guard::SafetyReadOnResume, Resume, |order, _, _| order.safety.version = 2, "version 2"),
        (Guard::HoldCodeGiven, Hold, |_, _, input| input.hold = None, "say what is waited for"),
        (Guard::ResumesWhereItWas, Resume, |order, _, _| order.started = false, "resumes to Approved"),
        (Guard::NeverStarted, TakeBack, |order, _, _| order.started = true, "Work has begun"),
        (Guard::PlanApproved, Complete, changed_plan, "changed by super Name after it was approved"),
        (Guard::StepsSettled, Complete, |order, _, _| order.steps[1].state = StepState::Open, "2 Step s2"),
        (
            Guard::OutcomeEarned,
            Complete,
            |order, _, _| {
                order.steps[0].state = failed();
                follow_up(order, "s1");
            },
            "Failed or flagged: 1",
        ),
        (
            Guard::FailuresFollowedUp,
            Complete,
            |order, _, _| order.steps[0].state = failed(),
            "without a follow-up order: 1",
        ),
        (Guard::FailuresFollowedUp, Complete, followed_up_by_nothing, "without a follow-up order: 1"),
        (Guard::OutcomeEarned, Complete, unproven, "Evidence is missing for 1.1 do i1"),
        (
            Guard::OutcomeEarned,
            Complete,
            |order, _, _| order.criteria[0].ticks.0.clear(),
            "not met: 1 All calls are traced",
        ),
        (
            Guard::OutcomeEarned,
            Complete,
            |_, facts, _| facts.evidence.refuted.extend(["c1".to_owned()]),
            "not met: 1 All calls are traced",
        ),
        (Guard::NotAPerformer, Verify, |order, _, _| order.performers.push("auditor".into()), "part of this"),
        (
            Guard::NobodySignedOn,
            Complete,
            |order, _, _| order.isolation.entries.push(signed_on()),
            "Still signed on",
        ),
        (Guard::NotBlocked, Start, blocked, "Blocked by WO-2026-077"),
        (Guard::NotAPerformer, Verify, |_, facts, _| with_unit(facts, "worker"), "counts as one with you"),
        (Guard::NotAPerformer, Verify, sent_by_own_agent, "your own traces"),
        (Guard::ClaimsJudged, Verify, |_, facts, _| facts.evidence.claims_open = 2, "2 claims without"),
        (Guard::ExceptionsAnswered, Verify, |_, facts, _| facts.evidence.exceptions_open = 1, "1 exception"),
        (Guard::ExceptionsAnswered, Close, |_, facts, _| facts.evidence.exceptions_open = 1, "1 exception"),
        (Guard::EvidenceIntact, Verify, |_, facts, _| facts.evidence.altered = 1, "altered or missing"),
        (
            Guard::VerificationWaived,
            CloseUnverified,
            |_, facts, _| facts.policy.verification_waived = false,
            "must be verified",
        ),
        (Guard::RecordVerifies, CloseUnverified, broken, "event 4"),
        (Guard::RecordVerifies, Close, broken, "event 4"),
        (Guard::RecordVerifies, Close, |_, facts, _| facts.record = RecordFacts::NotAsked, "not checked"),
        (Guard::VerifiedHere, Close, |order, _, _| order.transitions.clear(), "Only a file says"),
        (Guard::CloserNotVerifier, Close, own_closing, "somebody else closes"),
        (
            Guard::NoActuals,
            Cancel,
            |order, _, _| order.steps[1].ticks.0.push(recorded()),
            "cannot be cancelled",
        ),
        (Guard::NoActuals, Cancel, |order, _, _| order.started = true, "Work has begun"),
        (Guard::NoActuals, Cancel, |_, facts, _| facts.evidence.linked_by_hand = true, "by hand"),
    ]
}

/// A tick made here.
fn recorded() -> Tick {
    Tick { how: TickHow::Recorded, ..Tick::imported("t") }
}

fn blocked(order: &mut Order, facts: &mut Facts, _: &mut MoveInput<'_>) {
    follow_up(order, "s1");
    order.relations.iter_mut().for_each(|it| it.kind = RelationKind::BlockedBy);
    facts.blockers = ["next".to_owned()].into();
}

fn signed_on() -> SignOn {
    SignOn { who: Who::from(&person("worker")), at: samples::NOON, off: None }
}

fn failed() -> StepState {
    StepState::Failed { reason: "no".into() }
}

/// Somebody opened an order for what a step left.
fn follow_up(order: &mut Order, step: &str) {
    order.relations.push(Relation {
        kind: RelationKind::FollowedUpBy,
        order: "next".to_owned(),
        number: OrderNumber::new(2026, 77),
        about: Some(Target::Step(step.to_owned())),
        by: Who::from(&person("worker")),
        at: samples::NOON,
        passed: None,
    });
}

/// The follow-up was cancelled, so nobody goes on with what failed.
fn followed_up_by_nothing(order: &mut Order, facts: &mut Facts, _: &mut MoveInput<'_>) {
    order.steps[0].state = failed();
    follow_up(order, "s1");
    facts.cancelled_follow_ups = ["next".to_owned()].into();
}

fn with_unit(facts: &mut Facts, other: &str) {
    let own: Vec<String> = facts.people.unit.accounts().map(str::to_owned).collect();
    facts.people.unit = Unit::of(&own[0], [(own[0].as_str(), other)]);
}

fn own_approval(order: &mut Order, facts: &mut Facts, _: &mut MoveInput<'_>) {
    order.created_by.as_mut().unwrap().id = "super".to_owned();
    facts.policy.controlled = true;
}

fn units_approval(_: &mut Order, facts: &mut Facts, _: &mut MoveInput<'_>) {
    facts.policy.controlled = true;
    with_unit(facts, "author");
}

fn changed_plan(order: &mut Order, facts: &mut Facts, _: &mut MoveInput<'_>) {
    facts.policy.controlled = true;
    let (by, event) = (Who::from(&person("super")), "edit".to_owned());
    order.changed_since_approval.push(PlanChanged { by, at: samples::NOON, event, reason: String::new() });
}

fn unproven(_: &mut Order, facts: &mut Facts, _: &mut MoveInput<'_>) {
    facts.policy.evidence_required = true;
    facts.evidence.evidenced.remove("i1");
}

fn sent_by_own_agent(_: &mut Order, facts: &mut Facts, _: &mut MoveInput<'_>) {
    facts.evidence.senders = ["relay".to_owned()].into();
    with_unit(facts, "relay");
}

fn broken(_: &mut Order, facts: &mut Facts, _: &mut MoveInput<'_>) {
    facts.record = RecordFacts::Broken("event 4: the body was changed".to_owned());
}

fn own_closing(order: &mut Order, facts: &mut Facts, _: &mut MoveInput<'_>) {
    facts.policy.closer_not_verifier = true;
    order.transitions[0].by.id = "super".to_owned();
}

#[test]
fn each_guard_refuses_and_says_why() {
    let spoils = spoils();
    for (guard, id, spoil, words) in &spoils {
        let rule = RULES.iter().find(|rule| rule.id == *id).unwrap();
        assert!(rule.guards.contains(guard), "{id:?} does not ask {guard:?}");
        let refusal = spoiled(*id, spoil).expect_err(words).to_string();
        assert!(refusal.contains(words), "{id:?}: {refusal}");
    }
    for rule in &RULES {
        assert!(spoiled(rule.id, |_, _, _| {}).is_ok(), "{:?}", rule.id);
        let untested = rule.guards.iter().find(|guard| !spoils.iter().any(|(it, ..)| it == *guard));
        assert_eq!(untested, None, "no case spoils it");
    }
}

#[test]
fn what_cannot_be_cancelled_says_how_it_ends_from_where_it_stands() {
    for (status, started, way) in [
        (Draft, false, "Submit it, have it approved and started, then complete it"),
        (Submitted, false, "Have it approved and started, then complete it"),
        (Approved, false, "Start it, then complete it"),
        (OnHold, false, "Resume and start it, then complete it"),
        (OnHold, true, "Resume it, then complete it"),
    ] {
        let (boss, mut order) = (person("super"), at(status));
        order.started = started;
        order.steps[1].ticks.0.push(recorded());
        let told =
            check(&order, Cancelled, &asking(&boss, &[Role::Supervisor]), &samples::facts(&boss), input());
        let told = told.unwrap_err().to_string();
        assert!(told.contains(way), "{status:?} {started}: {told}");
    }
}

#[test]
fn what_only_a_file_claims_is_no_work_until_somebody_takes_it_over() {
    let cancel = |spoil: fn(&mut Tick)| {
        spoiled(Cancel, |order, _, _| {
            let mut tick = Tick::imported("t");
            spoil(&mut tick);
            order.steps[1].ticks.0.push(tick);
        })
    };
    assert!(cancel(|_| {}).is_ok(), "nobody here did anything");
    let attested = cancel(|tick| {
        let by = Who::from(&person("worker"));
        tick.attested = Some(Attestation { by, at: samples::NOON, note: String::new() });
    });
    assert!(attested.unwrap_err().to_string().contains("Work is recorded"));
}

#[test]
fn nobody_has_an_order_whose_assignee_is_only_a_name() {
    let (boss, mut order) = (person("super"), at(Approved));
    order.assignee.as_mut().unwrap().account = None;
    let asker = asking(&boss, &[Role::Supervisor]);
    let refused = check(&order, InProgress, &asker, &samples::facts(&boss), input());
    assert!(refused.unwrap_err().to_string().contains("Nobody is assigned"));
}

#[test]
fn what_is_signed_needs_the_password_again() {
    for rule in RULES.iter().filter(|rule| rule.signature.is_some()) {
        let refusal = spoiled(rule.id, |_, _, input| input.is_confirmed = false).unwrap_err();
        assert!(refusal.to_string().contains("password"), "{:?}: {refusal}", rule.id);
    }
}

#[test]
fn failed_work_and_missing_evidence_bar_only_that_it_was_achieved() {
    for outcome in [Outcome::Partial, Outcome::NotAchieved] {
        let failed = spoiled(Complete, |order, _, input| {
            order.steps[0].state = failed();
            follow_up(order, "s1");
            input.outcome = outcome;
        });
        assert!(failed.is_ok(), "{outcome:?}");
        let bare = spoiled(Complete, |order, facts, input| {
            unproven(order, facts, input);
            input.outcome = outcome;
        });
        assert!(bare.is_ok(), "{outcome:?}");
    }
    let optional = spoiled(Complete, |order, _, _| {
        order.steps[0].required = false;
        order.steps[0].state = failed();
        follow_up(order, "s1");
    });
    assert!(optional.is_ok());
    let of_the_step = spoiled(Complete, |order, facts, input| {
        unproven(order, facts, input);
        facts.evidence.evidenced.insert("s1".to_owned());
    });
    assert!(of_the_step.is_ok(), "evidence of a step is its items' too");
    let not_applicable = spoiled(Complete, |order, facts, input| {
        unproven(order, facts, input);
        order.steps[0].state = StepState::NotApplicable { reason: "no such server".into() };
    });
    assert!(not_applicable.is_ok());
}

#[test]
fn somebody_with_every_role_cannot_review_their_own_work() {
    let owner = person("worker");
    let order = at(Completed);
    let refusal =
        check(&order, Verified, &asking(&owner, &persons_roles()), &samples::facts(&owner), input())
            .unwrap_err();
    assert!(refusal.to_string().contains("did part of this work"), "{refusal}");
}

#[test]
fn an_assigned_agent_starts_holds_and_resumes_and_a_supervisor_signs_for_it() {
    let bot = agent("bot");
    let give = |status: Status| {
        let mut order = at(status);
        order.assignee = Some(assignee("bot", ActorKind::Agent));
        order.safety.notes.clear();
        all_done(&mut order);
        order
    };
    for (from, to) in [(Approved, InProgress), (InProgress, OnHold), (OnHold, InProgress)] {
        assert!(
            check(&give(from), to, &asking(&bot, &[Role::Agent]), &samples::facts(&bot), input()).is_ok(),
            "{from:?}"
        );
    }
    let own =
        check(&give(InProgress), Completed, &asking(&bot, &[Role::Agent]), &samples::facts(&bot), input());
    assert!(matches!(own, Err(Error::Forbidden(_))));
    let boss = person("super");
    let facts = samples::facts(&boss);
    let for_it = check(&give(InProgress), Completed, &asking(&boss, &[Role::Supervisor]), &facts, input());
    assert!(for_it.is_ok());
}

#[test]
fn the_page_offers_what_the_actor_may_do_and_says_what_is_missing() {
    let worker = person("worker");
    let of = |order: &Order, actor: &Actor, roles: &[Role]| {
        legal_targets(order, &asking(actor, roles), &samples::facts(actor))
    };
    let offers = of(&at(InProgress), &worker, &[Role::Technician]);
    let told: Vec<(Status, bool)> = offers.iter().map(|it| (it.to, it.blocked.is_some())).collect();
    assert_eq!(told, [(OnHold, false), (Completed, true)]);
    let held = of(&at(OnHold), &worker, &[Role::Technician]);
    assert_eq!(held.iter().map(|it| it.to).collect::<Vec<_>>(), [InProgress]);
    assert!(of(&at(Closed), &person("super"), &persons_roles()).is_empty());
    assert!(of(&at(Completed), &agent("bot"), &Role::ALL).is_empty());
}
