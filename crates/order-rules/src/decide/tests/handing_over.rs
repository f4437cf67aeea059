//! Work that changes hands: who may do it, who may get it, and what stops with it.

use super::*;
use crate::gathered::{GatheredEvent, StopCause};
use foundation::Unit;

fn receiver(id: &str, roles: &[Role]) -> Receiver {
    Receiver {
        assignee: assignee(id, ActorKind::Human),
        roles: roles.to_vec(),
        is_disabled: false,
        unit: Unit::of(id, []),
    }
}

fn to(receiver: Receiver) -> Command {
    Command::HandOver { from: "worker".to_owned(), to: Box::new(receiver), reason: "they left us".to_owned() }
}

fn next() -> Receiver {
    receiver("next", &[Role::Technician])
}

#[test]
fn a_supervisor_hands_it_over_and_the_timer_of_whoever_had_it_stops() {
    let order = at(Status::InProgress);
    let timed = after(&order, worker(&order, Command::Gather(Gather::StartTimer)), "worker");
    let given = boss(&timed, to(next()));
    assert_eq!(kinds(&given), ["work_order.timer_stopped.v1", "work_order.assigned.v1"]);
    let given = after(&timed, given, "boss");
    assert!(given.is_assigned_to("next") && given.gathered.timers.is_empty());
    assert!(matches!(worker(&order, to(next())), Err(Error::Forbidden(_))), "not even one's own");
    let short =
        Command::HandOver { from: "worker".to_owned(), to: Box::new(next()), reason: "no".to_owned() };
    assert!(matches!(boss(&order, short), Err(Error::Invalid(_))));
    assert!(refusal(boss(&given, to(receiver("third", &[Role::Technician])))).contains("next Name has it"));
    for status in Status::ALL {
        let open = !status.is_done() && !status.is_final();
        assert_eq!(boss(&at(status), to(next())).is_ok(), open, "{status:?}");
    }
}

#[test]
fn who_may_get_it() {
    let order = at(Status::InProgress);
    for role in Role::ALL {
        let works = matches!(role, Role::Technician | Role::Supervisor | Role::Agent);
        assert_eq!(boss(&order, to(receiver("next", &[role]))).is_ok(), works, "{role:?}");
    }
    let gone = Receiver { is_disabled: true, ..next() };
    assert!(refusal(boss(&order, to(gone))).contains("is disabled"));
    assert!(refusal(boss(&order, to(receiver("worker", &[Role::Technician])))).contains("has it already"));
    let mut reopened = order.clone();
    reopened.transitions.push(TransitionRecord {
        id: Transition::Verify,
        from: Status::Completed,
        to: Status::Verified,
        by: Who::from(&person("judge")),
        at: NOON,
        reason: String::new(),
        event: "ev".to_owned(),
    });
    let same = Receiver { unit: Unit::of("next", [("next", "judge")]), ..next() };
    assert!(refusal(boss(&reopened, to(same))).contains("verified this work"));
    assert!(boss(&reopened, to(next())).is_ok());
}

#[test]
fn assigning_asks_what_handing_over_asks() {
    let order = at(Status::InProgress);
    let give = |to: Option<&str>| Command::Assign { assignee: to.map(|to| assignee(to, ActorKind::Human)) };
    let mut reopened = order.clone();
    reopened.transitions.extend(at(Status::Verified).transitions);
    for (who, may) in [(Some("auditor"), false), (Some("next"), true), (None, true)] {
        let given = boss(&reopened, give(who));
        assert_eq!(given.is_ok(), may, "{who:?}: {given:?}");
        assert!(may || refusal(given).contains("verified this work"));
    }
    assert!(check_no_reviewer(&reopened, "next", &Unit::of("next", [("next", "auditor")])).is_err());
    let timed = after(&order, worker(&order, Command::Gather(Gather::StartTimer)), "worker");
    for to in [Some("next"), None] {
        let given = boss(&timed, give(to));
        assert_eq!(kinds(&given), ["work_order.timer_stopped.v1", "work_order.assigned.v1"], "{to:?}");
        assert!(after(&timed, given, "boss").gathered.timers.is_empty(), "{to:?}");
    }
    let renamed = Assignee { name: "Another Name".to_owned(), ..assignee("worker", ActorKind::Human) };
    let given = boss(&timed, Command::Assign { assignee: Some(renamed) });
    assert_eq!(kinds(&given), ["work_order.assigned.v1"], "they have it still");
}

#[test]
fn a_supervisor_stops_the_timer_that_somebody_left_running() {
    let order = at(Status::InProgress);
    let stop = || Command::Gather(Gather::StopTimerOf { account: "worker".to_owned() });
    assert!(refusal(boss(&order, stop())).contains("No timer of theirs"));
    let timed = after(&order, worker(&order, Command::Gather(Gather::StartTimer)), "worker");
    assert!(matches!(run(&timed, stop(), "other", Role::Technician), Err(Error::Forbidden(_))));
    let cause = |events: Vec<OrderEvent>| match events.as_slice() {
        [OrderEvent::Gathered(GatheredEvent::TimerStopped { account, cause, .. })] => {
            (account.clone(), *cause)
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(cause(boss(&timed, stop()).unwrap()), ("worker".to_owned(), StopCause::ByAnother));
    assert_eq!(cause(worker(&timed, stop()).unwrap()), ("worker".to_owned(), StopCause::Pressed));
}

#[test]
fn an_assignment_from_before_there_were_reasons_still_reads_and_writes_the_same() {
    let json = serde_json::json!({ "type": "work_order.assigned.v1", "from": null, "to": null });
    let event = OrderEvent::from_json("work_order.assigned.v1", json.clone()).unwrap();
    assert_eq!(event.to_json().unwrap(), json);
}
