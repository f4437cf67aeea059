//! Files, time and parts: who may bring them, in which states, and what they leave behind.

use super::*;
use crate::gathered::events::{PartAmount, Worked};
use crate::gathered::{GatheredEvent, StopCause};
use foundation::Digest;
use foundation::money::{Currency, Money};

fn file(id: &str, bytes: &[u8]) -> NewFile {
    NewFile {
        id: id.to_owned(),
        name: format!("{id}.png"),
        media_type: "image/png".to_owned(),
        size: bytes.len() as u64,
        digest: Digest::of(bytes),
        picture: None,
    }
}

fn add(place: FilePlace, files: Vec<NewFile>) -> Command {
    Command::Gather(Gather::AddFiles { files, place, description: String::new(), most: 3 })
}

fn one() -> Vec<NewFile> {
    vec![file("f1", b"one")]
}

fn worked(minutes: u32) -> Worked {
    Worked { minutes, day: NOON.to_chrono().format("%Y-%m-%d").to_string(), ..Worked::default() }
}

fn log(minutes: u32, note: &str) -> Command {
    let worked = Worked { note: note.to_owned(), ..worked(minutes) };
    Command::Gather(Gather::LogTime { worked, now: NOON })
}

fn used(quantity: i64) -> Command {
    let unit_cost = Some(Money { nanos: 2_000_000_000, currency: Currency::DEFAULT });
    let amount =
        PartAmount { quantity: Quantity(quantity), unit: "pcs".into(), unit_cost, source: String::new() };
    Command::Gather(Gather::UsePart { part: None, name: "seal".into(), amount })
}

fn start_timer() -> Command {
    Command::Gather(Gather::StartTimer)
}

#[test]
fn time_and_parts_are_taken_in_these_states_and_start_an_approved_order() {
    for (status, is_taken, after_completion) in [
        (Status::Draft, false, false),
        (Status::Submitted, false, false),
        (Status::Approved, true, true),
        (Status::InProgress, true, true),
        (Status::OnHold, true, true),
        (Status::Completed, false, true),
        (Status::Verified, false, false),
        (Status::Closed, false, false),
        (Status::Cancelled, false, false),
    ] {
        let order = at(status);
        assert_eq!(worker(&order, log(5, "")).is_ok(), is_taken, "{status:?}");
        assert_eq!(worker(&order, log(5, "forgotten yesterday")).is_ok(), after_completion, "{status:?}");
        assert_eq!(worker(&order, used(1_000)).is_ok(), is_taken, "{status:?}");
        let runs = matches!(status, Status::Approved | Status::InProgress);
        assert_eq!(worker(&order, start_timer()).is_ok(), runs, "{status:?}");
    }
    // The field is named that its form has.
    for (command, field) in [(log(5, ""), "note"), (used(1_000), "source")] {
        let Err(Error::Invalid(errors)) = worker(&at(Status::Completed), command) else { panic!("taken") };
        assert!(errors.get(field).is_some_and(|why| why.contains("only now")), "{field}: {errors}");
    }
    for command in [log(5, ""), used(1_000), start_timer()] {
        let kinds = kinds(&worker(&at(Status::Approved), command));
        assert_eq!((kinds.len(), kinds[0]), (2, "work_order.transitioned.v1"));
    }
}

#[test]
fn people_who_do_the_work_write_time_down_and_nobody_else() {
    let order = at(Status::InProgress);
    for role in Role::ALL {
        let may = matches!(role, Role::Supervisor);
        assert_eq!(run(&order, log(5, ""), "somebody", role).is_ok(), may, "{role:?}");
        let brings = matches!(role, Role::Supervisor | Role::Auditor);
        assert_eq!(run(&order, add(FilePlace::Order, one()), "somebody", role).is_ok(), brings, "{role:?}");
    }
    assert!(worker(&order, log(5, "")).is_ok());
    let relay = agent("worker");
    for command in [log(5, ""), used(1_000), start_timer()] {
        let said = run_with(&order, command, &relay, &[Role::Agent], &facts(&relay));
        assert!(matches!(said, Err(Error::Forbidden(_))), "{said:?}");
    }
    assert!(run_with(&order, add(FilePlace::Order, one()), &relay, &[Role::Agent], &facts(&relay)).is_ok());
}

#[test]
fn a_file_is_taken_once_where_its_place_is_and_up_to_the_bound() {
    let order = at(Status::InProgress);
    let place = FilePlace::Item("i1".to_owned());
    let order = after(&order, worker(&order, add(place.clone(), one())), "worker");
    assert_eq!(kinds(&worker(&order, add(place.clone(), one()))), Vec::<&str>::new());
    assert_eq!(kinds(&worker(&order, add(FilePlace::Order, one()))).len(), 1);
    for (place, files, words) in [
        (FilePlace::Item("none".to_owned()), one(), "no such step"),
        (FilePlace::Comment("c".to_owned()), one(), "no such step"),
        (FilePlace::Order, vec![], "choose a file"),
        (FilePlace::Order, vec![file("f", b"")], "is empty"),
        (FilePlace::Order, vec![file("a", b"a"), file("b", b"b"), file("c", b"c")], "at most 3 files"),
    ] {
        let said = refusal(worker(&order, add(place, files)));
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(worker(&at(Status::Completed), add(FilePlace::Order, one())).is_err(), "not without a word");
    assert!(order.gathered.has_actuals());
}

#[test]
fn whoever_brought_a_file_or_a_supervisor_takes_it_back_with_a_reason() {
    let order = at(Status::InProgress);
    let order = after(&order, worker(&order, add(FilePlace::Item("i1".to_owned()), one())), "worker");
    let take_back = |reason: &str| {
        Command::Gather(Gather::WithdrawFile { file: "f1".to_owned(), reason: reason.to_owned() })
    };
    assert!(worker(&order, take_back("no")).is_err());
    assert!(run(&order, take_back("another pump"), "mei", Role::Auditor).is_err());
    assert!(boss(&order, take_back("another pump")).is_ok());
    let order = after(&order, worker(&order, take_back("another pump")), "worker");
    assert!(order.gathered.files[0].withdrawn.is_some() && order.gathered.evidence().next().is_none());
    assert!(refusal(worker(&order, take_back("another pump"))).contains("already"));
}

#[test]
fn a_move_stops_the_timers_that_it_ends() {
    let mut order = at(Status::InProgress);
    order = after(&order, worker(&order, start_timer()), "worker");
    order = after(&order, boss(&order, start_timer()), "boss");
    assert_eq!(order.gathered.timers.len(), 2);
    let hold = MoveTo {
        to: Status::OnHold,
        reason: "no seal here".to_owned(),
        hold: Some(HoldCode::Parts),
        outcome: None,
        proof: None,
        expected_version: None,
    };
    let events = worker(&order, Command::Move(hold));
    let causes: Vec<StopCause> = events
        .as_ref()
        .unwrap()
        .iter()
        .filter_map(|event| match event {
            OrderEvent::Gathered(GatheredEvent::TimerStopped { cause, .. }) => Some(*cause),
            _ => None,
        })
        .collect();
    assert_eq!(causes, [StopCause::Hold, StopCause::Hold]);
    let held = after(&order, events, "worker");
    assert!(
        held.gathered.timers.is_empty() && held.gathered.time.len() == 2 && held.status == Status::OnHold
    );
    let again = refusal(worker(&order, start_timer()));
    assert!(again.contains("already"), "{again}");
}

#[test]
fn corrections_leave_the_old_line_and_a_line_is_corrected_once() {
    let mut order = at(Status::InProgress);
    order = after(&order, worker(&order, log(90, "")), "worker");
    order = after(&order, worker(&order, used(2_000)), "worker");
    let entry = order.gathered.time[0].id.clone();
    let correct = |entry: &str, minutes| {
        let (worked, reason) = (worked(minutes), "counted again".to_owned());
        Command::Gather(Gather::CorrectTime { entry: entry.to_owned(), worked, reason, now: NOON })
    };
    assert!(run(&order, correct(&entry, 60), "other", Role::Technician).is_err());
    order = after(&order, boss(&order, correct(&entry, 60)), "boss");
    assert_eq!((order.gathered.time.len(), order.gathered.labour()[0].1), (2, 3_600));
    assert!(!order.performers.contains(&"boss".to_owned()), "mending is no work");
    assert!(refusal(boss(&order, correct(&entry, 5))).contains("already"));
    assert!(worker(&order, correct(&order.gathered.time[1].id, 1_441)).is_err());
    assert_eq!(order.gathered.cost()[0].nanos, 4_000_000_000);
    let line = order.gathered.used[0].id.clone();
    let amount =
        PartAmount { quantity: Quantity(0), unit: "pcs".into(), unit_cost: None, source: String::new() };
    let back = Command::Gather(Gather::CorrectPart { line, amount, reason: "put back".to_owned() });
    let order = after(&order, worker(&order, back), "worker");
    assert!(order.gathered.cost().is_empty() && order.gathered.used.len() == 2);
}

#[test]
fn time_is_of_a_day_that_can_have_been() {
    let order = at(Status::InProgress);
    let of_day = |day: &str, hour: i64| {
        let worked = Worked { day: day.to_owned(), ..worked(30) };
        let now = NOON.plus_micros((hour - 12) * 3_600_000_000);
        worker(&order, Command::Gather(Gather::LogTime { worked, now }))
    };
    let day = |back: i64| NOON.plus_micros(-back * 86_400_000_000).to_chrono().format("%Y-%m-%d").to_string();
    for (back, is_taken) in [(-2, false), (0, true), (400, true), (3_600, true), (3_700, false)] {
        assert_eq!(of_day(&day(back), 12).is_ok(), is_taken, "{back} days ago");
    }
    for (hour, has_begun) in [(0, false), (9, false), (10, true), (12, true), (23, true)] {
        assert_eq!(
            of_day(&day(-1), hour).is_ok(),
            has_begun,
            "at {hour} UTC, tomorrow where the clock is first"
        );
    }
    assert!(of_day("0001-01-01", 12).is_err(), "a year that nobody meant");
    let long_ago = Timestamp(NOON.0 - 20 * 366 * 86_400_000_000);
    let span =
        Worked { from: Some(long_ago), until: Some(long_ago.plus_micros(60_000_000)), ..Worked::default() };
    assert!(worker(&order, Command::Gather(Gather::LogTime { worked: span, now: NOON })).is_err());
}

#[test]
fn events_read_back_by_their_kind_and_others_are_refused() {
    let order = at(Status::InProgress);
    let mut all = worker(&order, add(FilePlace::Criterion("c1".to_owned()), one())).unwrap();
    all.extend(worker(&order, log(5, "")).unwrap());
    all.extend(worker(&order, used(1_000)).unwrap());
    all.extend(worker(&order, start_timer()).unwrap());
    all.extend(worker(&order, tick(item("i1"))).unwrap());
    for event in all {
        let json = event.to_json().unwrap();
        assert_eq!(json["type"], event.kind());
        assert_eq!(OrderEvent::from_json(event.kind(), json).unwrap(), event);
    }
    let odd = serde_json::json!({ "type": "work_order.unheard_of.v1" });
    assert!(OrderEvent::from_json("work_order.unheard_of.v1", odd).is_err());
}
