//! Rounds: scans that are taken and refused, where they go on, and what a round says at an asset.

use super::agents::of_sam;
use super::*;
use crate::rounds;

/// Three stops, a reading after the first, the last stop in an ordered step; in work by `worker`.
fn round() -> Order {
    let asks = |kind, asset: &str| Asks { kind, asset: asset.to_owned(), ..Asks::default() };
    let item = |id: &str, asks: Asks| PlanItem {
        id: id.to_owned(),
        text: format!("at {id}"),
        asks,
        ..PlanItem::default()
    };
    let step = |id: &str, ordered, items| PlanStep {
        id: id.to_owned(),
        title: format!("Step {id}"),
        ordered,
        items,
        ..PlanStep::default()
    };
    let plan = Plan {
        title: "Round".to_owned(),
        steps: vec![
            step(
                "s1",
                false,
                vec![item("i1", asks(AskKind::Scan, "P-101")), item("r1", asks(AskKind::Number, ""))],
            ),
            step("s2", false, vec![item("i2", asks(AskKind::Scan, "p-102"))]),
            step("s3", true, vec![item("i3", asks(AskKind::Scan, "P-101"))]),
        ],
        ..Plan::default()
    };
    let mut order = at(Status::InProgress);
    order.document.clear();
    plan.put_into(&mut order);
    order
}

fn arrive(item: &str, code: &str) -> Command {
    Command::Arrive { item: item.to_owned(), code: code.to_owned() }
}

fn type_in(item: &str, code: &str) -> Command {
    Command::Answer { item: item.to_owned(), given: code.to_owned(), note: String::new() }
}

fn done(order: &Order, command: Command) -> Order {
    after(order, worker(order, command), "worker")
}

#[test]
fn a_code_is_taken_where_it_is_the_one_asked_for_and_says_how_it_came() {
    let order = round();
    for (command, taken) in [
        (arrive("i1", "P-101"), Some("P-101, by its label")),
        (arrive("i2", "P-102"), Some("P-102, by its label")),
        (type_in("i1", " p-101"), Some("p-101, typed")),
        (arrive("i1", "P-102"), None),
        (type_in("i1", "P-102"), None),
        (type_in("i1", ""), None),
        (arrive("r1", "P-101"), None),
        (arrive("none", "P-101"), None),
        (tick(item("i1")), None),
    ] {
        let said = worker(&order, command.clone());
        let answer = said.as_ref().ok().and_then(|events| match events.as_slice() {
            [OrderEvent::ItemAnswered { answer, .. }] => Some(answer.words()),
            _ => None,
        });
        assert_eq!(answer.as_deref(), taken, "{command:?}: {said:?}");
    }
    for command in [arrive("i1", "P-102"), type_in("i1", "P-102")] {
        let refused = format!("{:?}", worker(&order, command).unwrap_err());
        assert!(refused.contains("P-101") && refused.contains("P-102"), "{refused}");
    }
}

#[test]
fn only_whoever_has_the_work_says_that_they_are_there_and_each_stop_once() {
    let order = round();
    assert!(run(&order, arrive("i1", "P-101"), "somebody", Role::Technician).is_err());
    assert!(run(&order, arrive("i1", "P-101"), "reader", Role::Viewer).is_err());
    assert!(boss(&order, arrive("i1", "P-101")).is_ok(), "as themselves");
    let bot = agent("bot");
    let mut of_bot = order.clone();
    of_bot.assignee = Some(assignee("bot", ActorKind::Agent));
    let said = run_with(&of_bot, arrive("i1", "P-101"), &bot, &[Role::Agent], &of_sam("bot", NOON));
    assert!(said.is_err() && format!("{said:?}").contains("Only a person opens a label"), "{said:?}");
    let there = done(&order, arrive("i1", "P-101"));
    assert!(worker(&there, arrive("i1", "P-101")).is_err(), "answered already");
    assert!(worker(&order, arrive("i3", "P-101")).is_err(), "its step comes after the others");
}

#[test]
fn a_round_says_at_an_asset_what_is_open_there_and_what_comes_first_elsewhere() {
    let said = |order: &Order, code: &str| {
        let here = rounds::at(order, code)?;
        let id = |stop: Option<rounds::Stop<'_>>| stop.map_or_else(String::new, |stop| stop.item.id.clone());
        Some((id(here.open), id(here.next)))
    };
    let told = |open: &str, next: &str| Some((open.to_owned(), next.to_owned()));
    let order = round();
    assert_eq!(said(&order, "p-101"), told("i1", ""));
    assert_eq!(said(&order, "P-102"), told("i2", "i1"));
    assert_eq!(said(&order, "P-103"), None);
    let order = done(&order, arrive("i1", "P-101"));
    assert_eq!(said(&order, "P-101"), told("i3", "i2"));
    assert_eq!(rounds::goes_on_at(&order, "i1"), "r1");
    let order = done(&done(&order, type_in("r1", "3")), arrive("i2", "P-102"));
    assert_eq!(said(&order, "P-102"), told("", "i3"));
    assert_eq!(rounds::goes_on_at(&order, "i2"), "i3");
    let order = done(&order, arrive("i3", "P-101"));
    assert_eq!((said(&order, "P-101"), said(&order, "P-102")), (None, None));
    assert_eq!(rounds::goes_on_at(&order, "i3"), "i3");
}
