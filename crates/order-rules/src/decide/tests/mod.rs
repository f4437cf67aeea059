mod agents;
mod amend;
mod approval;
mod demands;
mod gathered;
mod handing_over;
mod imports;
mod isolation;
mod pins;
mod plans;
mod points;
mod relations;
mod rounds;
mod signed_items;
mod split;
mod tried;
mod whole;

use super::*;
use crate::fold::{self, EventMeta};
use crate::model::*;
use crate::samples::{self, NOON, agent, assignee, at, draft, facts, ids, person, plan};
use foundation::{Actor, ActorKind, Role};

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
    decide(order, command, &samples::asking(who, roles), facts, &mut ids("new"))
}

fn run(order: &Order, command: Command, who: &str, role: Role) -> Result<Vec<OrderEvent>> {
    run_with(order, command, &person(who), &[role], &facts(&person(who)))
}

fn start(new: NewOrder, who: &str, role: Role) -> Result<Vec<OrderEvent>> {
    begin(new, &samples::asking(&person(who), &[role]), NOON, &mut ids("new"))
}

/// The facts about `worker` once somebody has judged `i1`.
fn judged(who: &str) -> Facts {
    let mut facts = facts(&person(who));
    facts.evidence.judged = ["i1".to_owned()].into();
    facts
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

/// The work is the agent's, which has read its safety notes.
fn to_bot(order: &mut Order) {
    order.assignee = Some(assignee("bot", ActorKind::Agent));
    read_by(order, &agent("bot"), order.safety.version);
}

fn read_by(order: &mut Order, who: &Actor, version: u32) {
    order.safety.acknowledgements.push(Acknowledgement { version, by: Who::from(who), at: NOON });
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
fn whoever_read_the_safety_notes_reads_them_again_once_they_change_under_way() {
    let order = at(Status::InProgress);
    let mut changed = Plan::of(&order);
    changed.safety[0].text = "Keys stay secret, and the fan is live".to_owned();
    let order = after(&order, boss(&order, edit(changed, "the fan is live")), "boss");
    assert_eq!(order.safety.version, 2);
    assert!(refusal(worker(&order, tick(item("i1")))).contains("version 2"));
    assert!(boss(&order, tick(item("i1"))).is_ok(), "a supervisor who read none is asked for none");
    let read = after(&order, worker(&order, Command::AcknowledgeSafety { version: 2 }), "worker");
    assert!(worker(&read, tick(item("i1"))).is_ok());
}

#[test]
fn whoever_takes_work_over_under_way_reads_its_safety_notes_before_they_do_anything_in_it() {
    let order = at(Status::InProgress);
    let eva = || Some(assignee("eva", ActorKind::Human));
    let handed = after(&order, boss(&order, Command::Assign { assignee: eva() }), "boss");
    let skip = Command::SkipItem { item: "i2".to_owned(), reason: "no such part here".to_owned() };
    let failed = StepState::Failed { reason: "no answer".to_owned() };
    let mark = Command::MarkStep { step: "s1".to_owned(), state: failed, reason: String::new() };
    let answer =
        Command::Answer { item: "i1".to_owned(), given: "fail".to_owned(), note: "it is worn".to_owned() };
    for command in [tick(item("i1")), tick(Target::Criterion("c1".to_owned())), answer, skip, mark] {
        let refused = run(&handed, command.clone(), "eva", Role::Technician);
        assert_eq!(agents::rule(&refused), Some("R39"), "{command:?}");
        assert!(refusal(refused).contains("version 1) are not acknowledged by you"), "{command:?}");
        let mut read = handed.clone();
        read_by(&mut read, &person("eva"), 1);
        let taken = run(&read, command.clone(), "eva", Role::Technician);
        assert!(taken.is_ok(), "{command:?}: {taken:?}");
    }
    let log = Command::AddLog { title: "Here".to_owned(), lines: vec![], kind: None, corrects: None };
    assert!(run(&handed, log, "eva", Role::Technician).is_ok(), "what is only said waits for nothing");
}

#[test]
fn who_has_to_have_read_the_safety_notes() {
    use crate::lifecycle::{Doing, safety_gap};
    let (eva, lead, bot) = (person("eva"), person("boss"), agent("bot"));
    let human = Some(assignee("eva", ActorKind::Human));
    let program = Some(assignee("bot", ActorKind::Agent));
    let begin = Doing::Beginning;
    // Who has it, who read which version of two, who acts, to do what, and who is to read first.
    for (has, read, acts, doing, lacks) in [
        (&human, None, &eva, begin, Some("by you")),
        (&human, None, &lead, begin, Some("by eva Name")),
        (&human, Some((&eva, 1)), &eva, begin, Some("by you")),
        (&human, Some((&eva, 2)), &lead, begin, None),
        (&human, None, &eva, Doing::Working, Some("by you")),
        (&human, Some((&eva, 1)), &eva, Doing::Working, Some("by you")),
        (&human, Some((&eva, 2)), &eva, Doing::Working, None),
        (&human, None, &lead, Doing::Working, None),
        (&human, Some((&lead, 1)), &lead, Doing::Working, Some("by you")),
        (&human, Some((&lead, 2)), &lead, Doing::Working, None),
        (&human, None, &bot, Doing::Working, Some("by eva Name")),
        (&human, Some((&eva, 2)), &bot, Doing::Working, None),
        (&program, None, &bot, Doing::Working, Some("by you")),
        (&program, Some((&bot, 2)), &bot, Doing::Working, None),
        (&None, None, &lead, Doing::Working, Some("by you")),
        (&None, Some((&lead, 2)), &lead, Doing::Working, None),
    ] {
        let mut order = at(Status::InProgress);
        order.assignee = has.clone();
        order.safety.version = 2;
        order.safety.acknowledgements.clear();
        if let Some((who, version)) = read {
            read_by(&mut order, who, version);
        }
        let gap = safety_gap(&order, acts, doing);
        let what = format!("{has:?} {read:?} {acts:?} {doing:?}: {gap:?}");
        assert_eq!(gap.is_some(), lacks.is_some(), "{what}");
        assert!(lacks.is_none_or(|words| gap.unwrap_or_default().contains(words)), "{what}");
        order.safety.notes.clear();
        assert_eq!(safety_gap(&order, acts, doing), None, "nothing is to be read: {what}");
    }
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
    assert!(matches!(try_tick(&order, &facts(&bot)), Err(Error::Forbidden(_))));
    to_bot(&mut order);
    let mut bare = facts(&bot);
    bare.evidence.evidenced.clear();
    assert!(refusal(try_tick(&order, &bare)).contains("evidence"));
    bare.evidence.evidenced = ["i1".to_owned()].into();
    assert!(try_tick(&order, &bare).is_ok());
}

#[test]
fn undoing_ones_own_tick_is_one_tap_until_somebody_judged_on_it() {
    let order = at(Status::InProgress);
    let ticked = after(&order, worker(&order, tick(item("i2"))), "worker");
    assert_eq!(ticked.step("s1").unwrap().state, StepState::Open);
    let undone = after(&ticked, worker(&ticked, undo(item("i2"), "")), "worker");
    let ticks = &undone.item("i2").unwrap().1.ticks;
    assert!(!ticks.is_ticked() && ticks.0.len() == 1, "the undone tick stays in the record");
    assert!(refusal(worker(&undone, undo(item("i2"), ""))).contains("nothing to undo"));
    let done = after(&order, worker(&order, tick(item("i1"))), "worker");
    let judged = judged("worker");
    let late =
        |reason| run_with(&done, undo(item("i1"), reason), &person("worker"), &[Role::Technician], &judged);
    assert!(matches!(late(""), Err(Error::Invalid(_))));
    assert!(late("ticked the wrong one").is_ok());
    let reopened = after(&done, worker(&done, undo(item("i1"), "")), "worker");
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
        run_with(&theirs, undo(item("i2"), "a good reason"), &agent("bot"), roles, &facts(&agent("bot")))
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
    to_bot(&mut given);
    let skip = mark(StepState::NotApplicable { reason: "a good reason".into() }, "");
    assert!(matches!(
        run_with(&given, skip, &agent("bot"), &[Role::Agent], &facts(&agent("bot"))),
        Err(Error::Forbidden(_))
    ));
}

#[test]
fn an_ordered_step_is_not_flagged_before_those_that_come_first() {
    let order = at(Status::InProgress);
    let mark = |state: StepState| Command::MarkStep { step: "s3".into(), state, reason: String::new() };
    let reason = || "it hums a little".to_owned();
    let early = worker(&order, mark(StepState::Flagged { reason: reason() }));
    assert!(refusal(early).contains("must come after step 1"));
    for state in [StepState::Failed { reason: reason() }, StepState::NotApplicable { reason: reason() }] {
        assert!(worker(&order, mark(state)).is_ok(), "that says of nothing that it is done");
    }
}

#[test]
fn an_agent_takes_away_its_own_mark_and_no_other() {
    let mut order = at(Status::InProgress);
    to_bot(&mut order);
    let mark = |state: StepState, reason: &str| Command::MarkStep {
        step: "s1".into(),
        state,
        reason: reason.into(),
    };
    let bot = |order: &Order, command: Command| {
        run_with(order, command, &agent("bot"), &[Role::Agent], &facts(&agent("bot")))
    };
    let failed = || StepState::Failed { reason: "no answer".into() };
    let marked = after(&order, boss(&order, mark(failed(), "")), "boss");
    let flagged = StepState::Flagged { reason: "looks fine to me".into() };
    for command in [mark(StepState::Open, "it answers now"), mark(flagged, "")] {
        assert!(refusal(bot(&marked, command)).contains("marked failed by boss Name"));
    }
    let own = after(&order, bot(&order, mark(failed(), "")), "bot");
    assert!(bot(&own, mark(StepState::Open, "it answers now")).is_ok());
    assert!(boss(&own, mark(StepState::Open, "it answers now")).is_ok());
}

fn edit(plan: Plan, reason: &str) -> Command {
    Command::EditPlan { plan: Box::new(plan), reason: reason.to_owned(), expected_version: None }
}
