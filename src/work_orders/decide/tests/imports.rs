//! Taking over files and attesting what they claim.

use super::*;
use crate::work_orders::markdown;

/// The fixture as imported by a technician.
fn imported() -> Order {
    let text = include_str!("../../../../crates/order-markdown/src/markdown/fixture.md");
    let order = markdown::parse(text, &mut ids("p")).unwrap();
    import(order, "importer", Role::Technician).unwrap()
}

fn import(order: Order, who: &str, role: Role) -> Result<Order> {
    let new = NewOrder::Import { order: Box::new(order), source: Digest::of(b"file"), file: None };
    let events = start(new, who, role)?;
    Ok(after(&Order::default(), Ok(events), who))
}

#[test]
fn an_import_names_source_and_importer_and_flags_what_is_odd() {
    let order = imported();
    let record = order.imported.clone().unwrap();
    assert_eq!(
        (record.source, record.by.id.as_str(), record.status),
        (Digest::of(b"file"), "importer", Status::InProgress)
    );
    assert!(order.started && order.version == 1 && !order.id.is_empty());
    assert!(order.findings.iter().any(|it| it.rule == "log_waits_for_ticked"));
    assert!(
        order
            .targets()
            .iter()
            .filter_map(|it| order.ticks(it))
            .filter(|it| it.is_ticked())
            .all(Ticks::is_unattested)
    );
}

#[test]
fn what_a_file_claims_about_accounts_is_not_believed() {
    let mut order = at(Status::Verified);
    order =
        after(&order, Ok(vec![OrderEvent::ItemTicked { item: "i1".into(), tick: "t1".into() }]), "worker");
    order.comments.push(Comment {
        id: "k1".into(),
        when: When::exact(NOON),
        by: Who::from(&person("x")),
        text: "y".into(),
    });
    let text = markdown::render(&order).unwrap();
    let copy = import(markdown::parse(&text, &mut ids("p")).unwrap(), "importer", Role::Supervisor).unwrap();
    let tick = copy.item("i1").unwrap().1.ticks.current().unwrap().clone();
    assert_eq!(
        (tick.how, tick.by.clone().unwrap().id.as_str(), tick.is_unattested()),
        (TickHow::Imported, "", true)
    );
    assert!(copy.transitions.is_empty() && copy.performers.is_empty() && copy.created_by.is_none());
    assert!(copy.is_author("importer") && !copy.is_author("author"), "whoever imports is the author");
    assert!(copy.safety.acknowledgements.is_empty() && copy.assignee.clone().unwrap().account.is_none());
    assert_eq!(copy.comments[0].by.id, "");
    assert!(copy.findings.iter().any(|it| it.rule == "status_unsigned"));
    let close = Command::Move(MoveTo {
        to: Status::Closed,
        reason: String::new(),
        hold: None,
        outcome: None,
        proof: Some(samples::proof()),
        expected_version: None,
    });
    assert!(refusal(boss(&copy, close)).contains("Only a file says"));
}

#[test]
fn who_may_import_what() {
    let file = || {
        markdown::parse(
            include_str!("../../../../crates/order-markdown/src/markdown/fixture.md"),
            &mut ids("p"),
        )
        .unwrap()
    };
    let draft_file = || Order { status: Status::Draft, ..file() };
    for (role, running, drafts) in [
        (Role::Viewer, false, false),
        (Role::Requester, false, true),
        (Role::Technician, true, true),
        (Role::Supervisor, true, true),
        (Role::Auditor, false, false),
        (Role::Admin, true, true),
        (Role::Agent, false, true),
    ] {
        assert_eq!(import(file(), "x", role).is_ok(), running, "{role:?}");
        assert_eq!(import(draft_file(), "x", role).is_ok(), drafts, "{role:?}");
    }
    let unnumbered = Order { number: OrderNumber::default(), ..file() };
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
    assert!(matches!(worker(&attested, attest()), Err(Error::Refused(_))));
    let fresh = attested.targets().into_iter().find(|it| !attested.ticks(it).unwrap().is_ticked()).unwrap();
    let open = Command::Attest { target: fresh, note: String::new() };
    assert!(matches!(worker(&attested, open), Err(Error::Refused(_))));
}
