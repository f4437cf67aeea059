use super::TransitionId::{T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14};
use super::*;
use crate::foundation::{Actor, ActorKind};
use crate::work_orders::facts::Policy;
use crate::work_orders::model::{StepState, Tick, TypeClass};
use crate::work_orders::samples::{agent, asking, assignee, at, person, persons_roles};

/// An order on which every guard of the transition holds.
fn ready(rule: &Rule, from: Status, to: Status) -> Order {
    let mut order = at(from);
    match rule.id {
        T6 => order.started = to == InProgress,
        T8 => order.steps.iter_mut().for_each(|step| step.state = StepState::Done),
        _ => {}
    }
    order
}

/// Facts on which every guard of the transition holds.
fn good_facts(rule: &Rule) -> Facts {
    let mut facts = Facts::default();
    if rule.id == T11 {
        facts.policy.close_unverified = vec![TypeClass::Integration];
    }
    facts
}

fn ask() -> Ask<'static> {
    Ask { reason: "a good reason", hold: Some(HoldCode::Person) }
}

/// The table written a second time by hand: which of these may take which row.
/// `author` wrote the order as a requester, `worker` has it assigned, the others only hold a role.
#[rustfmt::skip]
const MAY: [(TransitionId, &[&str]); 14] = [
    (T1, &["author", "supervisor"]),
    (T2, &["supervisor"]),
    (T3, &["supervisor"]),
    (T4, &["worker", "supervisor"]),
    (T5, &["worker", "supervisor"]),
    (T6, &["worker", "supervisor"]),
    (T7, &["supervisor"]),
    (T8, &["worker"]),
    (T9, &["auditor", "supervisor"]),
    (T10, &["auditor"]),
    (T11, &["supervisor"]),
    (T12, &["auditor", "supervisor"]),
    (T13, &["supervisor"]),
    (T14, &["supervisor"]),
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
                let taken = check(&order, to, &asking(&actor, &roles), &good_facts(rule), ask());
                let drafts_author = rule.id == T14 && from == Draft && name == "author";
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
            let result = check(&at(from), to, &asking(&person("super"), &all), &Facts::default(), ask());
            assert!(matches!(result, Err(Error::Refused(_))), "{from:?}->{to:?}");
            refused += 1;
        }
    }
    assert_eq!((legal, refused), (19, 81 - 19));
}

#[test]
fn exactly_these_rows_need_a_reason_and_exactly_these_are_signed() {
    let reasons: Vec<TransitionId> = RULES.iter().filter(|rule| rule.reason).map(|rule| rule.id).collect();
    assert_eq!(reasons, [T2, T5, T7, T9, T13, T14]);
    let signed: Vec<(TransitionId, Meaning)> =
        RULES.iter().filter_map(|rule| Some((rule.id, rule.signature?))).collect();
    let expected = [
        (T3, Meaning::Approval),
        (T8, Meaning::Performed),
        (T10, Meaning::Reviewed),
        (T11, Meaning::Approved),
        (T12, Meaning::Approved),
    ];
    assert_eq!(signed, expected);
    for rule in RULES.iter().filter(|rule| rule.reason) {
        let order = ready(rule, rule.from[0], rule.to[0]);
        let short = Ask { reason: " hm ", hold: Some(HoldCode::Parts) };
        let result = check(
            &order,
            rule.to[0],
            &asking(&person("super"), &[Role::Supervisor]),
            &good_facts(rule),
            short,
        );
        let Err(Error::Invalid(errors)) = result else { panic!("{:?} took a short reason", rule.id) };
        assert!(errors.get("reason").is_some());
    }
}

/// Takes the row as somebody who may, after `spoil` broke one thing.
fn spoiled(id: TransitionId, spoil: impl FnOnce(&mut Order, &mut Facts)) -> Result<&'static Rule> {
    let rule = RULES.iter().find(|rule| rule.id == id).unwrap();
    let mut order = ready(rule, rule.from[0], rule.to[0]);
    let mut facts = good_facts(rule);
    spoil(&mut order, &mut facts);
    let (actor, roles) = match id {
        T4 | T8 | T6 => (person("worker"), [Role::Technician]),
        T10 => (person("auditor"), [Role::Auditor]),
        _ => (person("super"), [Role::Supervisor]),
    };
    check(&order, rule.to[0], &asking(&actor, &roles), &facts, ask())
}

#[test]
fn each_guard_refuses_and_says_why() {
    type Spoil = Box<dyn FnOnce(&mut Order, &mut Facts)>;
    let spoil = |f: fn(&mut Order, &mut Facts)| -> Spoil { Box::new(f) };
    let cases: Vec<(TransitionId, Spoil, &str)> = vec![
        (T1, spoil(|order, _| order.title.clear()), "a title"),
        (T1, spoil(|order, _| order.order_type.clear()), "a type"),
        (T1, spoil(|order, _| order.priority = crate::work_orders::model::Priority::None), "a priority"),
        (T1, spoil(|order, _| order.steps.clear()), "at least one step"),
        (T1, spoil(|order, _| order.criteria.clear()), "criterion"),
        (
            T3,
            spoil(|order, facts| {
                order.created_by.as_mut().unwrap().id = "super".to_owned();
                facts.policy.controlled = vec![TypeClass::Integration];
            }),
            "author cannot approve",
        ),
        (T4, spoil(|order, _| order.safety.acknowledgements.clear()), "acknowledged"),
        (T4, spoil(|order, _| order.safety.version = 2), "version 2"),
        (T4, spoil(|_, facts| facts.blocked_by = vec!["WO-2026-002".to_owned()]), "WO-2026-002"),
        (T6, spoil(|order, _| order.safety.version = 2), "version 2"),
        (T6, spoil(|order, _| order.started = false), "resumes to Approved"),
        (T7, spoil(|order, _| order.started = true), "Work has begun"),
        (T8, spoil(|order, _| order.steps[1].state = StepState::Open), "2 Step s2"),
        (T8, spoil(|order, _| order.steps[0].state = StepState::Failed { reason: "no".into() }), "follow-up"),
        (T8, spoil(|_, facts| facts.evidence_missing = vec!["Step s1".to_owned()]), "Evidence is missing"),
        (T8, spoil(|_, facts| facts.running_timers = 1), "1 timer still running"),
        (T8, spoil(|_, facts| facts.signed_on = vec!["Ada".to_owned()]), "Ada"),
        (T10, spoil(|order, _| order.performers.push("auditor".to_owned())), "You did part"),
        (T10, spoil(|_, facts| facts.made_traces = true), "your own traces"),
        (T10, spoil(|_, facts| facts.claims_open = 2), "2 claims without a verdict"),
        (T10, spoil(|_, facts| facts.exceptions_open = 1), "1 exception without"),
        (T10, spoil(|_, facts| facts.evidence_altered = 1), "altered or missing"),
        (T11, spoil(|_, facts| facts.policy.close_unverified.clear()), "must be verified"),
        (T12, spoil(|_, facts| facts.ledger_verifies = false), "ledger does not verify"),
        (T12, spoil(|order, _| order.transitions.clear()), "Only a file says"),
        (
            T12,
            spoil(|order, facts| {
                facts.policy.closer_not_verifier = true;
                order.transitions[0].by.id = "super".to_owned();
            }),
            "somebody else closes",
        ),
        (T14, spoil(|order, _| order.steps[1].ticks.0.push(Tick::imported("t"))), "cannot be cancelled"),
        (T14, spoil(|_, facts| facts.has_actuals = true), "cannot be cancelled"),
        (T3, spoil(|_, facts| facts.may_sign = false), "password"),
    ];
    for (id, spoil, words) in cases {
        let refusal = spoiled(id, spoil).expect_err(words).to_string();
        assert!(refusal.contains(words), "{id:?}: {refusal}");
    }
    for rule in &RULES {
        assert!(spoiled(rule.id, |_, _| {}).is_ok(), "{:?}", rule.id);
    }
}

#[test]
fn a_hold_needs_a_code_and_a_failed_step_passes_with_a_follow_up() {
    let no_code = Ask { reason: "a good reason", hold: None };
    let result = check(
        &at(InProgress),
        OnHold,
        &asking(&person("super"), &[Role::Supervisor]),
        &Facts::default(),
        no_code,
    );
    assert!(matches!(result, Err(Error::Invalid(errors)) if errors.get("hold").is_some()));
    let followed = spoiled(T8, |order, facts| {
        order.steps[0].state = StepState::Failed { reason: "no".into() };
        facts.follow_ups.insert("s1".to_owned());
    });
    assert!(followed.is_ok());
}

#[test]
fn somebody_with_every_role_cannot_review_their_own_work() {
    let owner = person("worker");
    let order = at(Completed);
    let refusal =
        check(&order, Verified, &asking(&owner, &persons_roles()), &Facts::default(), ask()).unwrap_err();
    assert!(refusal.to_string().contains("You did part of this work"), "{refusal}");
}

#[test]
fn an_assigned_agent_starts_holds_and_resumes_and_a_supervisor_signs_for_it() {
    let bot = agent("bot");
    let give = |status: Status| {
        let mut order = at(status);
        order.assignee = Some(assignee("bot", ActorKind::Agent));
        order.safety.notes.clear();
        order.steps.iter_mut().for_each(|step| step.state = StepState::Done);
        order
    };
    for (from, to) in [(Approved, InProgress), (InProgress, OnHold), (OnHold, InProgress)] {
        assert!(
            check(&give(from), to, &asking(&bot, &[Role::Agent]), &Facts::default(), ask()).is_ok(),
            "{from:?}"
        );
    }
    let own = check(&give(InProgress), Completed, &asking(&bot, &[Role::Agent]), &Facts::default(), ask());
    assert!(matches!(own, Err(Error::Forbidden(_))));
    let boss = check(
        &give(InProgress),
        Completed,
        &asking(&person("super"), &[Role::Supervisor]),
        &Facts::default(),
        ask(),
    );
    assert!(boss.is_ok());
}

#[test]
fn the_page_offers_what_the_actor_may_do_and_says_what_is_missing() {
    let facts = Facts { policy: Policy::default(), ..Facts::default() };
    let offers = legal_targets(&at(InProgress), &asking(&person("worker"), &[Role::Technician]), &facts);
    let told: Vec<(Status, bool)> = offers.iter().map(|it| (it.to, it.blocked.is_some())).collect();
    assert_eq!(told, [(OnHold, false), (Completed, true)]);
    let held = legal_targets(&at(OnHold), &asking(&person("worker"), &[Role::Technician]), &facts);
    assert_eq!(held.iter().map(|it| it.to).collect::<Vec<_>>(), [InProgress]);
    assert!(legal_targets(&at(Closed), &asking(&person("super"), &persons_roles()), &facts).is_empty());
    assert!(legal_targets(&at(Completed), &asking(&agent("bot"), &Role::ALL), &facts).is_empty());
}
