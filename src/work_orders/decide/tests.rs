use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::foundation::ActorKind;
use crate::work_orders::fold::{self, EventMeta};
use crate::work_orders::model::*;
use crate::work_orders::samples::{self, NOON, agent, assignee, at, draft, ids, person, plan};
use crate::work_orders::{markdown, plan_diff};

fn item(id: &str) -> Target {
    Target::Item(id.to_owned())
}

fn tick(target: Target) -> Command {
    Command::Tick { target }
}

fn undo(target: Target, reason: &str) -> Command {
    Command::Undo { target, reason: reason.to_owned() }
}

fn run_with(
    order: &Order,
    command: Command,
    who: &Actor,
    roles: &[Role],
    facts: &Facts,
) -> Result<Vec<OrderEvent>> {
    decide(order, command, who, roles, facts, NOON, &mut ids("new"))
}

fn run(order: &Order, command: Command, who: &str, role: Role) -> Result<Vec<OrderEvent>> {
    run_with(order, command, &person(who), &[role], &Facts::default())
}

fn worker(order: &Order, command: Command) -> Result<Vec<OrderEvent>> {
    run(order, command, "worker", Role::Technician)
}

fn boss(order: &Order, command: Command) -> Result<Vec<OrderEvent>> {
    run(order, command, "boss", Role::Supervisor)
}

/// The order after a command that must be taken.
fn after(order: &Order, events: Result<Vec<OrderEvent>>, who: &str) -> Order {
    let mut order = order.clone();
    for event in events.unwrap() {
        fold::apply(&mut order, &event, &EventMeta::of(&person(who), NOON, "ev"));
    }
    order
}

fn kinds(events: &Result<Vec<OrderEvent>>) -> Vec<&'static str> {
    events.as_ref().unwrap().iter().map(OrderEvent::kind).collect()
}

fn refusal(result: Result<Vec<OrderEvent>>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn the_first_tick_in_an_approved_order_starts_it_in_the_same_command() {
    let mut order = at(Status::Approved);
    order.started = false;
    let events = worker(&order, tick(item("i1")));
    assert_eq!(kinds(&events), ["work_order.transitioned.v1", "work_order.item_ticked.v1"]);
    let order = after(&order, events, "worker");
    assert_eq!((order.status, order.started), (Status::InProgress, true));
    let standing = order.item("i1").unwrap().1.ticks.current().unwrap();
    assert_eq!((standing.by.as_ref().unwrap().id.as_str(), standing.at), ("worker", Some(NOON)));
    assert_eq!(kinds(&worker(&order, tick(item("i2")))), ["work_order.item_ticked.v1"]);
}

#[test]
fn the_first_tick_obeys_the_guards_of_the_start() {
    let mut order = at(Status::Approved);
    order.safety.acknowledgements.clear();
    assert!(refusal(worker(&order, tick(item("i1")))).contains("acknowledge"));
    let order = after(&order, worker(&order, Command::AcknowledgeSafety { version: 1 }), "worker");
    assert!(worker(&order, tick(item("i1"))).is_ok());
}

#[test]
fn a_tick_in_any_other_state_is_refused_and_reopens_nothing() {
    for status in Status::ALL {
        let result = worker(&at(status), tick(item("i1")));
        let taken = matches!(status, Status::Approved | Status::InProgress);
        assert_eq!(result.is_ok(), taken, "{status:?}");
        if let Err(why) = result {
            assert!(why.to_string().contains(&status.label().to_lowercase()), "{why}");
        }
    }
}

#[test]
fn who_may_tick_what() {
    let order = at(Status::InProgress);
    let cases = [
        ("worker", Role::Technician, true),
        ("other", Role::Technician, false),
        ("boss", Role::Supervisor, true),
        ("worker", Role::Viewer, false),
        ("worker", Role::Auditor, false),
        ("admin", Role::Admin, false),
        ("author", Role::Requester, false),
    ];
    for (who, role, taken) in cases {
        assert_eq!(run(&order, tick(item("i1")), who, role).is_ok(), taken, "{who} {role:?}");
    }
    let team = Facts { in_team: true, ..Facts::default() };
    assert!(run_with(&order, tick(item("i1")), &person("other"), &[Role::Technician], &team).is_ok());
}

#[test]
fn what_cannot_be_ticked() {
    let mut order = at(Status::InProgress);
    assert!(matches!(worker(&order, tick(item("i9"))), Err(Error::NotFound(_))));
    assert!(refusal(worker(&order, tick(Target::Step("s1".into())))).contains("has items"));
    assert!(refusal(worker(&order, tick(item("i3")))).contains("must come after step 1"));
    order = after(&order, worker(&order, tick(item("i1"))), "worker");
    assert!(refusal(worker(&order, tick(item("i1")))).contains("worker Name"));
    assert_eq!(order.step("s1").unwrap().state, StepState::Done);
    order = after(&order, worker(&order, tick(Target::Step("s2".into()))), "worker");
    assert!(worker(&order, tick(item("i3"))).is_ok());
    let mark = StepState::NotApplicable { reason: "not on this server".into() };
    order = after(
        &order,
        worker(&order, Command::MarkStep { step: "s3".into(), state: mark, reason: String::new() }),
        "worker",
    );
    assert!(refusal(worker(&order, tick(item("i3")))).contains("marked not applicable"));
}

#[test]
fn an_agent_ticks_only_its_own_orders_and_only_with_evidence() {
    let mut order = at(Status::InProgress);
    let bot = agent("bot");
    let try_tick =
        |order: &Order, facts: &Facts| run_with(order, tick(item("i1")), &bot, &[Role::Agent], facts);
    assert!(matches!(try_tick(&order, &Facts::default()), Err(Error::Forbidden(_))));
    order.assignee = Some(assignee("bot", ActorKind::Agent));
    let mut facts = Facts { evidenced: Some(std::collections::BTreeSet::new()), ..Facts::default() };
    assert!(refusal(try_tick(&order, &facts)).contains("evidence"));
    facts.evidenced = Some(["i1".to_owned()].into());
    assert!(try_tick(&order, &facts).is_ok());
}

#[test]
fn undoing_ones_own_tick_is_free_until_the_step_is_done() {
    let order = at(Status::InProgress);
    let ticked = after(&order, worker(&order, tick(item("i2"))), "worker");
    assert_eq!(ticked.step("s1").unwrap().state, StepState::Open);
    let undone = after(&ticked, worker(&ticked, undo(item("i2"), "")), "worker");
    let ticks = &undone.item("i2").unwrap().1.ticks;
    assert!(!ticks.is_ticked() && ticks.0.len() == 1, "the undone tick stays in the record");
    assert!(refusal(worker(&undone, undo(item("i2"), ""))).contains("nothing to undo"));
    let done = after(&order, worker(&order, tick(item("i1"))), "worker");
    assert!(matches!(worker(&done, undo(item("i1"), "")), Err(Error::Invalid(_))));
    let reopened = after(&done, worker(&done, undo(item("i1"), "ticked the wrong one")), "worker");
    assert_eq!(reopened.step("s1").unwrap().state, StepState::Open);
}

#[test]
fn anothers_tick_is_undone_by_a_supervisor_with_a_reason_only() {
    let order = at(Status::InProgress);
    let order = after(&order, boss(&order, tick(item("i2"))), "boss");
    assert!(matches!(worker(&order, undo(item("i2"), "a good reason")), Err(Error::Forbidden(_))));
    let other_boss = |reason| run(&order, undo(item("i2"), reason), "boss2", Role::Supervisor);
    assert!(matches!(other_boss(""), Err(Error::Invalid(_))));
    assert!(other_boss("a good reason").is_ok());
    let mut theirs = order.clone();
    theirs.assignee = Some(assignee("bot", ActorKind::Agent));
    let by_agent = |roles: &[Role]| {
        run_with(&theirs, undo(item("i2"), "a good reason"), &agent("bot"), roles, &Facts::default())
    };
    assert!(matches!(by_agent(&[Role::Agent]), Err(Error::Forbidden(_))));
    assert!(matches!(by_agent(&Role::ALL), Err(Error::Forbidden(_))));
}

#[test]
fn nothing_is_undone_after_completion() {
    for status in [Status::Completed, Status::Verified, Status::Closed] {
        let order =
            after(&at(Status::InProgress), worker(&at(Status::InProgress), tick(item("i2"))), "worker");
        let order = Order { status, ..order };
        assert!(
            matches!(boss(&order, undo(item("i2"), "a good reason")), Err(Error::Refused(_))),
            "{status:?}"
        );
    }
}

#[test]
fn marks_need_a_reason_and_are_taken_away_with_one() {
    let order = at(Status::InProgress);
    let mark = |state: StepState, reason: &str| Command::MarkStep {
        step: "s1".into(),
        state,
        reason: reason.into(),
    };
    let failed = |reason: &str| StepState::Failed { reason: reason.into() };
    assert!(matches!(worker(&order, mark(failed(""), "")), Err(Error::Invalid(_))));
    assert!(matches!(worker(&order, mark(StepState::Done, "")), Err(Error::Refused(_))));
    assert!(matches!(worker(&order, mark(StepState::Open, "a good reason")), Err(Error::Refused(_))));
    let order = after(&order, worker(&order, mark(failed("no answer"), "")), "worker");
    assert_eq!(order.step("s1").unwrap().state.reason(), Some("no answer"));
    assert!(matches!(worker(&order, mark(StepState::Open, "")), Err(Error::Invalid(_))));
    let order = after(&order, worker(&order, mark(StepState::Open, "it answers now")), "worker");
    assert_eq!(order.step("s1").unwrap().state, StepState::Open);
    let mut given = order;
    given.assignee = Some(assignee("bot", ActorKind::Agent));
    let skip = mark(StepState::NotApplicable { reason: "a good reason".into() }, "");
    assert!(matches!(
        run_with(&given, skip, &agent("bot"), &[Role::Agent], &Facts::default()),
        Err(Error::Forbidden(_))
    ));
}

/// The fixture as imported by a technician.
fn imported() -> Order {
    let text = include_str!("../markdown/fixture.md");
    let order = markdown::parse(text, &mut ids("p")).unwrap();
    import(order, "importer", Role::Technician).unwrap()
}

fn import(order: Order, who: &str, role: Role) -> Result<Order> {
    let command = Command::Import { order: Box::new(order), source: Digest::of(b"file"), file: None };
    let events = run(&Order::default(), command, who, role)?;
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
    assert!(copy.safety.acknowledgements.is_empty() && copy.assignee.clone().unwrap().account.is_none());
    assert_eq!(copy.comments[0].by.id, "");
    assert!(copy.findings.iter().any(|it| it.rule == "status_unsigned"));
    let close = Command::Transition {
        to: Status::Closed,
        reason: String::new(),
        hold: None,
        outcome: None,
        expected_version: None,
    };
    assert!(refusal(boss(&copy, close)).contains("Only a file says"));
}

#[test]
fn who_may_import_what() {
    let file = || markdown::parse(include_str!("../markdown/fixture.md"), &mut ids("p")).unwrap();
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
    let command = Command::Import { order: Box::new(file()), source: Digest::of(b""), file: None };
    assert!(matches!(boss(&imported(), command), Err(Error::Refused(_))), "it exists already");
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
    let by_agent = run_with(&order, attest(), &agent("worker"), &[Role::Agent], &Facts::default());
    assert!(matches!(by_agent, Err(Error::Forbidden(_))));
    assert!(matches!(worker(&order, undo(target.clone(), "a good reason")), Err(Error::Forbidden(_))));
    let attested = after(&order, worker(&order, attest()), "worker");
    assert!(!attested.ticks(&target).unwrap().is_unattested() && attested.is_performer("worker"));
    assert!(matches!(worker(&attested, attest()), Err(Error::Refused(_))));
    let fresh = attested.targets().into_iter().find(|it| !attested.ticks(it).unwrap().is_ticked()).unwrap();
    let open = Command::Attest { target: fresh, note: String::new() };
    assert!(matches!(worker(&attested, open), Err(Error::Refused(_))));
}

fn edit(plan: Plan, reason: &str) -> Command {
    Command::EditPlan { plan: Box::new(plan), reason: reason.to_owned(), expected_version: None }
}

#[test]
fn who_may_edit_the_plan_in_which_state() {
    let mut changed = plan();
    changed.title = "Another".to_owned();
    let by = |status: Status, who: &str, role: Role| {
        run(&at(status), edit(changed.clone(), "a good reason"), who, role).is_ok()
    };
    for status in Status::ALL {
        let draft = status == Status::Draft;
        assert_eq!(by(status, "author", Role::Requester), draft, "{status:?}");
        assert_eq!(by(status, "author", Role::Agent), draft, "{status:?}");
        assert!(!by(status, "other", Role::Technician) && !by(status, "author", Role::Admin), "{status:?}");
        let open = matches!(status, Status::Draft | Status::Submitted | Status::InProgress | Status::OnHold);
        assert_eq!(by(status, "boss", Role::Supervisor), open, "{status:?}");
    }
    assert!(
        matches!(boss(&at(Status::InProgress), edit(changed, "")), Err(Error::Invalid(_))),
        "a reason once begun"
    );
}

#[test]
fn progress_survives_an_edit_and_records_cannot_be_removed() {
    let order = at(Status::InProgress);
    let order = after(&order, worker(&order, tick(item("i1"))), "worker");
    let order = after(&order, worker(&order, tick(Target::Criterion("c1".into()))), "worker");
    let mut new = Plan::of(&order);
    new.steps.reverse();
    new.steps[2].title = "Renamed".to_owned();
    new.steps[2].items.push(PlanItem { text: "one more".to_owned(), ..PlanItem::default() });
    new.safety[0].text = "Keys stay very secret".to_owned();
    let edited = after(&order, boss(&order, edit(new, "a good reason")), "boss");
    let step = edited.step("s1").unwrap();
    assert_eq!((step.position, step.title.as_str(), step.state.as_str()), (3, "Renamed", "open"));
    assert_eq!((step.ticked_items(), step.items.len(), step.items[2].id.as_str()), (1, 3, "new-1"));
    assert!(edited.criterion("c1").unwrap().ticks.is_ticked());
    assert_eq!(edited.safety.version, 2, "changed safety notes ask again");
    let without = |change: fn(&mut Plan)| {
        let mut plan = Plan::of(&order);
        change(&mut plan);
        refusal(boss(&order, edit(plan, "a good reason")))
    };
    assert!(without(|plan| drop(plan.steps.remove(0))).contains("carries a record"));
    assert!(without(|plan| drop(plan.steps[0].items.remove(0))).contains("carries a record"));
    assert!(without(|plan| plan.criteria.clear()).contains("carries a record"));
    assert!(
        without(|plan| {
            let moved = plan.steps[0].items.remove(1);
            plan.steps[1].items.push(moved);
        })
        .contains("cannot move")
    );
    let none = boss(&order, edit(Plan::of(&order), ""));
    assert_eq!(none.unwrap(), [], "an edit that changes nothing is no event");
}

#[test]
fn bad_plans_are_refused_by_field() {
    let create = |plan: Plan| {
        let command = Command::Create {
            id: "o".into(),
            number: OrderNumber::new(2026, 1),
            plan: Box::new(plan),
            assignee: None,
        };
        run(&Order::default(), command, "author", Role::Requester)
    };
    let mut twice = plan();
    twice.steps[1].id = "s1".to_owned();
    let mut untitled = plan();
    untitled.steps[1].title = "  ".to_owned();
    let mut nul = plan();
    nul.steps[0].items[1].text = "a\0".to_owned();
    for (bad, path) in [
        (Plan { title: String::new(), ..plan() }, "title"),
        (twice, "ids"),
        (untitled, "steps[1].title"),
        (nul, "steps[0].items[1].text"),
    ] {
        let Err(Error::Invalid(errors)) = create(bad) else { panic!("taken: {path}") };
        assert!(errors.get(path).is_some(), "{path}: {errors}");
    }
    assert!(create(plan()).is_ok());
}

#[test]
fn who_may_create_assign_and_weigh() {
    for role in Role::ALL {
        let writes = !matches!(role, Role::Viewer | Role::Auditor);
        let create = |assignee| Command::Create {
            id: "o".into(),
            number: OrderNumber::new(2026, 1),
            plan: Box::new(plan()),
            assignee,
        };
        assert_eq!(run(&Order::default(), create(None), "x", role).is_ok(), writes, "{role:?}");
        let boss = role == Role::Supervisor;
        let given = create(Some(assignee("w", ActorKind::Human)));
        assert_eq!(run(&Order::default(), given, "x", role).is_ok(), boss, "{role:?}");
        let assign = Command::Assign { assignee: None };
        assert_eq!(run(&draft(), assign, "x", role).is_ok(), boss, "{role:?}");
        let weigh = Command::SetMateriality { target: item("i1"), materiality: Materiality::Critical };
        assert_eq!(run(&draft(), weigh, "x", role).is_ok(), boss, "{role:?}");
    }
    let judged = Facts { judged: ["i1".to_owned()].into(), ..Facts::default() };
    let weigh = Command::SetMateriality { target: item("i1"), materiality: Materiality::Critical };
    assert!(matches!(
        run_with(&draft(), weigh, &person("boss"), &[Role::Supervisor], &judged),
        Err(Error::Refused(_))
    ));
}

#[test]
fn who_may_log_and_comment() {
    let order = at(Status::InProgress);
    let log = || Command::AddLog {
        title: "Waiting for keys".into(),
        lines: vec!["x".into()],
        kind: None,
        corrects: None,
    };
    let comment = || Command::AddComment { text: "x".into() };
    for (who, role, logs, comments) in [
        ("worker", Role::Technician, true, true),
        ("other", Role::Technician, false, false),
        ("author", Role::Requester, false, true),
        ("boss", Role::Supervisor, true, true),
        ("audit", Role::Auditor, false, true),
        ("viewer", Role::Viewer, false, false),
        ("admin", Role::Admin, false, false),
    ] {
        assert_eq!(run(&order, log(), who, role).is_ok(), logs, "{who}");
        assert_eq!(run(&order, comment(), who, role).is_ok(), comments, "{who}");
    }
    let order = after(&order, worker(&order, log()), "worker");
    assert_eq!(
        (order.log[0].kind, order.log[0].by.as_ref().unwrap().id.as_str()),
        (LogKind::Waiting, "worker")
    );
    let empty = Command::AddComment { text: " \n".into() };
    assert!(matches!(worker(&order, empty), Err(Error::Invalid(_))));
    let wrong =
        Command::AddLog { title: "x".into(), lines: vec![], kind: None, corrects: Some("none".into()) };
    assert!(matches!(worker(&order, wrong), Err(Error::Invalid(_))));
}

#[test]
fn a_final_order_takes_no_command() {
    for status in [Status::Closed, Status::Cancelled] {
        for command in commands() {
            let result = boss(&at(status), command.clone());
            assert!(matches!(result, Err(Error::Refused(_))), "{status:?} {command:?}");
        }
    }
    assert!(matches!(boss(&Order::default(), tick(item("i1"))), Err(Error::NotFound(_))));
}

#[test]
fn a_stale_version_is_a_conflict() {
    let order = at(Status::InProgress);
    let hold = |expected_version| Command::Transition {
        to: Status::OnHold,
        reason: "waiting for keys".into(),
        hold: Some(HoldCode::Credentials),
        outcome: None,
        expected_version,
    };
    assert!(matches!(worker(&order, hold(Some(9))), Err(Error::Conflict { expected: 9, found: 1, .. })));
    let waiting = after(&order, worker(&order, hold(Some(1))), "worker");
    assert_eq!(waiting.hold.unwrap().code, HoldCode::Credentials);
}

#[test]
fn a_whole_life_from_draft_to_closed_and_back_once() {
    let mut order = draft();
    let go = |order: &Order, to: Status, who: &str, role: Role, reason: &str| {
        let reason = reason.to_owned();
        let command = Command::Transition {
            to,
            reason,
            hold: None,
            outcome: Some(Outcome::Partial),
            expected_version: None,
        };
        after(order, run(order, command, who, role), who)
    };
    order = go(&order, Status::Submitted, "author", Role::Requester, "");
    order = go(&order, Status::Approved, "boss", Role::Supervisor, "");
    order = after(&order, worker(&order, Command::AcknowledgeSafety { version: 1 }), "worker");
    for target in [item("i1"), Target::Step("s2".into()), item("i3"), Target::Criterion("c1".into())] {
        order = after(&order, worker(&order, tick(target)), "worker");
    }
    order = go(&order, Status::Completed, "worker", Role::Technician, "all but one");
    assert_eq!(
        order.outcome.clone().unwrap(),
        OutcomeRecord { outcome: Outcome::Partial, note: "all but one".into() }
    );
    order = go(&order, Status::InProgress, "audit", Role::Auditor, "the last one too");
    assert_eq!(order.outcome, None);
    order = go(&order, Status::Completed, "worker", Role::Technician, "");
    order = go(&order, Status::Verified, "audit", Role::Auditor, "");
    order = go(&order, Status::Closed, "boss", Role::Supervisor, "");
    assert_eq!((order.status, order.transitions.len(), order.version), (Status::Closed, 8, 14));
}

/// One of each command on the sample order, apart from those that make one.
fn commands() -> Vec<Command> {
    let mut other = plan();
    other.description = "changed".to_owned();
    other.steps.swap(0, 1);
    let mut commands = vec![
        edit(other, "a good reason"),
        edit(plan(), "a good reason"),
        Command::Assign { assignee: Some(assignee("worker", ActorKind::Human)) },
        Command::Assign { assignee: Some(assignee("bot", ActorKind::Agent)) },
        Command::MarkStep {
            step: "s1".into(),
            state: StepState::Flagged { reason: "look again".into() },
            reason: String::new(),
        },
        Command::MarkStep { step: "s1".into(), state: StepState::Open, reason: "looked again".into() },
        Command::AddLog { title: "t".into(), lines: vec!["l".into()], kind: None, corrects: None },
        Command::AddComment { text: "c".into() },
        Command::AcknowledgeSafety { version: 1 },
        Command::SetMateriality { target: item("i2"), materiality: Materiality::Critical },
        Command::SetMateriality { target: item("i2"), materiality: Materiality::Normal },
    ];
    for target in
        [item("i1"), item("i2"), item("i3"), Target::Step("s2".into()), Target::Criterion("c1".into())]
    {
        commands.push(tick(target.clone()));
        commands.push(undo(target.clone(), "a good reason"));
        commands.push(Command::Attest { target, note: "seen it myself".into() });
    }
    for to in Status::ALL {
        let reason = "a good reason".to_owned();
        commands.push(Command::Transition {
            to,
            reason,
            hold: Some(HoldCode::Person),
            outcome: None,
            expected_version: None,
        });
    }
    commands
}

fn crew() -> Vec<(Actor, Vec<Role>)> {
    vec![
        (person("author"), vec![Role::Requester]),
        (person("worker"), vec![Role::Technician]),
        (person("boss"), vec![Role::Supervisor, Role::Technician]),
        (person("audit"), vec![Role::Auditor]),
        (agent("bot"), Role::ALL.to_vec()),
    ]
}

fn forward() -> impl Strategy<Value = (usize, usize)> {
    (0..commands().len(), 0..crew().len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    /// Whatever people try: the events alone give the state, any prefix gives the state of that time, stored
    /// JSON gives the same events, nothing recorded vanishes, and no agent ever signs.
    #[test]
    fn folding_the_events_gives_the_state_of_any_time(tries in vec(forward(), 1..120)) {
        let (commands, crew) = (commands(), crew());
        let mut new_id = ids("n");
        let mut order = draft();
        let (mut stored, mut states) = (Vec::new(), vec![order.clone()]);
        for (time, (which, who)) in (1_i64..).zip(tries) {
            let (actor, roles) = &crew[who];
            let now = NOON.plus_micros(time);
            let Ok(events) = decide(&order, commands[which].clone(), actor, roles, &Facts::default(), now, &mut new_id) else { continue };
            for event in events {
                if let OrderEvent::Transitioned { signature: Some(_), .. } = &event {
                    prop_assert_eq!(actor.kind, ActorKind::Human);
                }
                let meta = EventMeta::of(actor, now, format!("ev-{time}"));
                let before = records(&order);
                fold::apply(&mut order, &event, &meta);
                prop_assert!(records(&order) >= before, "a record vanished");
                stored.push((event.kind(), event.to_json().unwrap(), meta));
                states.push(order.clone());
            }
        }
        let mut replayed = draft();
        for (i, (kind, json, meta)) in stored.into_iter().enumerate() {
            let event = OrderEvent::from_json(kind, json).unwrap();
            fold::apply(&mut replayed, &event, &meta);
            prop_assert_eq!(&replayed, &states[i + 1]);
        }
        prop_assert_eq!(replayed.version, i64::try_from(states.len()).unwrap());
        let text = markdown::render(&replayed).unwrap();
        prop_assert_eq!(markdown::parse(&text, &mut ids("z")).unwrap(), replayed);
    }

    #[test]
    fn an_imported_event_keeps_the_whole_order_as_json(order in samples::any_order()) {
        let event = OrderEvent::Imported { source: Digest::of(b"f"), file: None, order: Box::new(order) };
        prop_assert_eq!(OrderEvent::from_json(event.kind(), event.to_json().unwrap()).unwrap(), event);
    }
}

/// Ticks, log entries, comments and moves ever made.
fn records(order: &Order) -> usize {
    let ticks: usize = order
        .steps
        .iter()
        .flat_map(|step| step.items.iter().map(|it| &it.ticks).chain([&step.ticks]))
        .chain(order.criteria.iter().map(|it| &it.ticks))
        .map(|it| it.0.len())
        .sum();
    ticks + order.log.len() + order.comments.len() + order.transitions.len()
}

#[test]
fn a_stored_kind_that_lies_is_refused_and_a_difference_is_stored_by_field() {
    let event = OrderEvent::SafetyAcknowledged { version: 1 };
    let json = event.to_json().unwrap();
    assert_eq!(json, serde_json::json!({"type": "work_order.safety_acknowledged.v1", "version": 1}));
    assert!(OrderEvent::from_json("work_order.assigned.v1", json).is_err());
    let mut new = plan();
    new.title = "Other".to_owned();
    let changes = plan_diff::diff(&plan(), &new).unwrap();
    let json = OrderEvent::PlanEdited { changes, reason: String::new() }.to_json().unwrap();
    assert_eq!(
        json["changes"][0],
        serde_json::json!({"path": ["title"], "op": "changed", "old": "Trace every call", "new": "Other"})
    );
}
