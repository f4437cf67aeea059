//! Isolation: who signs on, who signs off, and what waits for it.

use super::*;
use crate::lifecycle::{Guard, MoveInput};

fn isolated() -> Order {
    let mut order = at(Status::InProgress);
    order.isolation.required = true;
    order
}

fn off(account: &str, reason: &str) -> Command {
    Command::SignOff { account: account.to_owned(), reason: reason.to_owned() }
}

fn holds(order: &Order) -> bool {
    let input = MoveInput { reason: "", hold: None, outcome: Outcome::NotAchieved, is_confirmed: true };
    let who = person("worker");
    Guard::NobodySignedOn.check(order, Status::Completed, &who, &facts(&who), input).is_ok()
}

#[test]
fn whoever_works_signs_on_before_anything_is_ticked_and_off_before_it_is_completed() {
    let order = isolated();
    assert!(refusal(worker(&order, tick(item("i1")))).contains("Sign on first"));
    assert!(refusal(boss(&order, tick(item("i1")))).contains("Sign on first"));
    let on = after(&order, worker(&order, Command::SignOn), "worker");
    assert!(
        worker(&on, tick(item("i1"))).is_ok() && boss(&on, tick(item("i1"))).is_err(),
        "each for themselves"
    );
    assert!(refusal(worker(&on, Command::SignOn)).contains("already"));
    assert!(holds(&order) && !holds(&on));
    let gone = after(&on, worker(&on, off("worker", "")), "worker");
    assert!(holds(&gone) && gone.isolation.entries.len() == 1);
    assert!(refusal(worker(&gone, off("worker", ""))).contains("not signed on"));
    assert!(refusal(worker(&gone, tick(item("i1")))).contains("Sign on first"));
}

#[test]
fn only_oneself_or_a_supervisor_with_a_reason_signs_off() {
    let order = isolated();
    let on = after(&order, boss(&order, Command::SignOn), "boss");
    assert!(matches!(worker(&on, off("boss", "they went home")), Err(Error::Forbidden(_))));
    let other = |reason: &str| run(&on, off("boss", reason), "chief", Role::Supervisor);
    assert!(other("").is_err(), "a reason is needed");
    let gone = after(&on, other("they went home"), "chief");
    let entry = gone.isolation.entries[0].off.as_ref().unwrap();
    assert_eq!((entry.by.id.as_str(), entry.reason.as_str()), ("chief", "they went home"));
}

#[test]
fn strangers_and_programs_do_not_sign_on_and_nobody_where_nothing_is_isolated() {
    let order = isolated();
    assert!(matches!(run(&order, Command::SignOn, "stranger", Role::Technician), Err(Error::Forbidden(_))));
    let mut theirs = order.clone();
    to_bot(&mut theirs);
    let bot = |order: &Order, command| {
        run_with(order, command, &agent("bot"), &[Role::Agent], &facts(&agent("bot")))
    };
    assert!(matches!(bot(&theirs, Command::SignOn), Err(Error::Forbidden(_))));
    assert!(bot(&theirs, tick(item("i1"))).is_err());
    let there = after(&theirs, boss(&theirs, Command::SignOn), "boss");
    assert!(bot(&there, tick(item("i1"))).is_ok(), "while somebody is there");
    assert!(refusal(worker(&at(Status::InProgress), Command::SignOn)).contains("no isolation"));
    let mut approved = at(Status::Approved);
    approved.isolation.required = true;
    let kinds = kinds(&worker(&approved, Command::SignOn));
    assert_eq!(kinds, ["work_order.transitioned.v1", "work_order.isolation_signed_on.v1"]);
}
