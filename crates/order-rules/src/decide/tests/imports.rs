//! Taking over files and attesting what they claim.

use super::*;
use crate::read::read;

const FILE: &str = include_str!("../../../../order-markdown/src/read/fixture.md");

/// What the fixture claims.
fn claimed() -> Order {
    read(FILE).unwrap().into_order(&mut ids("p")).unwrap()
}

/// The fixture as imported by a technician.
fn imported() -> Order {
    import(claimed(), "importer", Role::Technician).unwrap()
}

fn import(order: Order, who: &str, role: Role) -> Result<Order> {
    let new = NewOrder::Import {
        order: Box::new(order),
        source: Digest::of(b"file"),
        file: None,
        own_number: true,
    };
    let events = start(new, who, role)?;
    Ok(after(&Order::default(), Ok(events), who))
}

#[test]
fn an_import_is_a_draft_that_names_source_and_importer_and_flags_what_is_odd() {
    let order = imported();
    let record = order.imported.clone().unwrap();
    assert_eq!(
        (record.source, record.by.id.as_str(), record.status, record.own_number),
        (Digest::of(b"file"), "importer", Status::InProgress, true)
    );
    assert_eq!((order.status, order.started, order.version), (Status::Draft, false, 1));
    assert!(!order.id.is_empty() && order.is_author("importer"));
    for rule in ["log_waits_for_ticked", "status_unsigned"] {
        assert!(order.findings.iter().any(|it| it.rule == rule), "{rule}");
    }
    let claims: Vec<(&str, &str)> =
        record.claims.iter().map(|it| (it.name.as_str(), it.value.as_str())).collect();
    for claim in [
        ("Status", "IN PROGRESS"),
        ("Assigned to", "Dana Okafor (USR-007)"),
        ("Created", "2026-03-04 08:05 UTC"),
        ("Step", "1 Open the tracing project: done"),
    ] {
        assert!(claims.contains(&claim), "{claim:?} in {claims:?}");
    }
}

#[test]
fn ticks_of_a_file_stand_in_it_and_count_for_nothing() {
    let order = imported();
    let standing: Vec<Target> =
        order.targets().into_iter().filter(|it| order.ticks(it).unwrap().is_ticked()).collect();
    assert_eq!(standing.len(), 5, "four items and the step without items");
    for target in &standing {
        let ticks = order.ticks(target).unwrap();
        assert!(ticks.is_unattested() && !ticks.counts() && !ticks.has_history(), "{target:?}");
    }
    assert!(order.steps.iter().all(|step| step.state == StepState::Open && !step.has_progress()));
    assert_eq!((order.item_progress().0, order.has_progress()), (0, false));
    assert!(order.performers.is_empty());
}

/// An order on which everything was done that a file could claim about accounts.
fn believed_elsewhere() -> Order {
    let mut order = at(Status::Verified);
    let done = |order: &Order, event: OrderEvent, who: &str| after(order, Ok(vec![event]), who);
    order = done(&order, OrderEvent::ItemTicked { item: "i1".into(), tick: "t1".into() }, "worker");
    order = done(&order, OrderEvent::ItemTicked { item: "i2".into(), tick: "t2".into() }, "worker");
    let undone = OrderEvent::ItemTickUndone { item: "i2".into(), tick: "t2".into(), reason: "wrong".into() };
    order = done(&order, undone, "worker");
    let weighed = |target, to| OrderEvent::MaterialitySet { target, from: Materiality::Normal, to };
    order = done(&order, weighed(item("i1"), Materiality::Critical), "boss");
    order = done(&order, weighed(Target::Criterion("c1".into()), Materiality::Normal), "boss");
    order.comments.push(Comment {
        id: "k1".into(),
        when: When::exact(NOON),
        by: Who::from(&person("x")),
        text: "y".into(),
    });
    order.outcome = Some(OutcomeRecord { outcome: Outcome::Achieved, note: "all of it".into() });
    order.hold = Some(Hold { code: HoldCode::Parts, reason: "a seal".into(), since: NOON });
    order
}

#[test]
fn what_a_file_claims_about_accounts_is_not_believed() {
    let copy = import(believed_elsewhere(), "importer", Role::Supervisor).unwrap();
    let tick = copy.item("i1").unwrap().1.ticks.current().unwrap().clone();
    assert_eq!(
        (tick.how, tick.by.clone().unwrap().id.as_str(), tick.is_unattested()),
        (TickHow::Imported, "", true)
    );
    assert!(copy.item("i2").unwrap().1.ticks.0.is_empty(), "what was taken back is no claim");
    assert!(copy.transitions.is_empty() && copy.performers.is_empty() && copy.created_by.is_none());
    assert!(copy.is_author("importer") && !copy.is_author("author"), "whoever imports is the author");
    assert!(copy.safety.acknowledgements.is_empty() && copy.assignee.clone().unwrap().account.is_none());
    assert_eq!(copy.comments[0].by.id, "");
    assert_eq!((copy.outcome.clone(), copy.hold.clone(), copy.started), (None, None, false));
    let weights = (copy.item("i1").unwrap().1.materiality, copy.criterion("c1").unwrap().materiality);
    assert_eq!(weights, (Materiality::Normal, Materiality::Important));
}

#[test]
fn whatever_a_file_says_a_draft_comes_in_and_says_so() {
    for status in Status::ALL {
        let copy = import(at(status), "importer", Role::Supervisor).unwrap();
        assert_eq!((copy.status, copy.imported.clone().unwrap().status), (Status::Draft, status));
        let claims = copy.imported.clone().unwrap().claims;
        let told = claims.iter().any(|it| it.name == "Status" && it.value == status.shown());
        assert_eq!(told, status != Status::Draft, "{status:?}: {claims:?}");
        let close = Command::Move(MoveTo {
            to: Status::Closed,
            reason: String::new(),
            hold: None,
            outcome: None,
            proof: Some(samples::proof()),
            expected_version: None,
        });
        assert!(
            matches!(boss(&copy, close), Err(Error::Refused(_))),
            "{status:?}: nothing a file says is closed"
        );
    }
    // A draft with nothing signed is no finding; a state whose signature stands only in the file is one.
    let finds = |order: Order| {
        let copy = import(order, "importer", Role::Supervisor).unwrap();
        copy.findings.iter().any(|it| it.rule == "status_unsigned")
    };
    assert!(!finds(at(Status::Draft)));
    assert!(finds(at(Status::Submitted)) && finds(at(Status::Approved)) && finds(at(Status::Completed)));
}

#[test]
fn orders_taken_over_before_drafts_were_the_rule_keep_the_state_they_came_with() {
    let mut old = claimed();
    (old.id, old.started) = ("old".into(), true);
    let event = OrderEvent::Imported { source: Digest::of(b"file"), file: None, order: Box::new(old) };
    let order = after(&Order::default(), Ok(vec![event]), "importer");
    let record = order.imported.clone().unwrap();
    assert_eq!((order.status, record.status, order.started), (Status::InProgress, Status::InProgress, true));
    assert!(record.claims.is_empty() && !record.own_number, "its number is one of the sequence");
    assert_eq!((order.item_progress().0, order.steps[0].state.clone()), (0, StepState::Done));
    let verified = Order { status: Status::Verified, ..order };
    let close = Command::Move(MoveTo {
        to: Status::Closed,
        reason: String::new(),
        hold: None,
        outcome: None,
        proof: Some(samples::proof()),
        expected_version: None,
    });
    assert!(refusal(boss(&verified, close)).contains("Only a file says"));
}

#[test]
fn who_may_import_what() {
    for (role, may) in [
        (Role::Viewer, false),
        (Role::Requester, true),
        (Role::Technician, true),
        (Role::Supervisor, true),
        (Role::Auditor, false),
        (Role::Admin, true),
        (Role::Agent, true),
    ] {
        assert_eq!(
            import(claimed(), "x", role).is_ok(),
            may,
            "{role:?}: a draft comes in, whatever the file says"
        );
        let draft = Order { status: Status::Draft, ..claimed() };
        assert_eq!(import(draft, "x", role).is_ok(), may, "{role:?}");
    }
    let unnumbered = Order { number: OrderNumber::default(), ..claimed() };
    assert!(matches!(import(unnumbered, "x", Role::Admin), Err(Error::Invalid(_))));
}

#[test]
fn an_imported_tick_is_attested_once_by_a_person_who_may_work_on_it() {
    let order = imported();
    let target = order.targets().into_iter().find(|it| order.ticks(it).unwrap().is_ticked()).unwrap();
    let attest = || Command::Attest { target: target.clone(), note: "I watched it".into() };
    assert!(matches!(worker(&order, attest()), Err(Error::Forbidden(_))), "no account is assigned yet");
    let order = after(
        &order,
        boss(&order, Command::Assign { assignee: Some(assignee("worker", ActorKind::Human)) }),
        "boss",
    );
    let by_agent = run_with(&order, attest(), &agent("worker"), &[Role::Agent], &facts(&agent("worker")));
    assert!(matches!(by_agent, Err(Error::Forbidden(_))));
    assert!(matches!(worker(&order, undo(target.clone(), "a good reason")), Err(Error::Forbidden(_))));
    let attested = after(&order, worker(&order, attest()), "worker");
    assert!(!attested.ticks(&target).unwrap().is_unattested() && attested.is_performer("worker"));
    assert!(attested.ticks(&target).unwrap().counts() && attested.has_progress());
    assert!(matches!(worker(&attested, attest()), Err(Error::Refused(_))));
    let fresh = attested.targets().into_iter().find(|it| !attested.ticks(it).unwrap().is_ticked()).unwrap();
    let open = Command::Attest { target: fresh, note: String::new() };
    assert!(matches!(worker(&attested, open), Err(Error::Refused(_))));
}

#[test]
fn a_step_becomes_done_once_every_tick_in_it_is_attested() {
    let mut order = imported();
    let items: Vec<Target> = order.steps[0].items.iter().map(|it| item(&it.id)).collect();
    for (count, target) in (1..).zip(&items) {
        assert_eq!(order.steps[0].state, StepState::Open);
        order = after(
            &order,
            boss(&order, Command::Attest { target: target.clone(), note: String::new() }),
            "boss",
        );
        assert_eq!(order.item_progress().0, count);
    }
    assert_eq!(order.steps[0].state, StepState::Done);
    let whole = Target::Step(order.steps[1].id.clone());
    order = after(&order, boss(&order, Command::Attest { target: whole, note: String::new() }), "boss");
    assert_eq!((order.steps[1].state.as_str(), order.steps[2].state.as_str()), ("done", "open"));
}
