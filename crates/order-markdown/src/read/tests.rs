//! What becomes of real kinds of files.

use super::*;
use crate::model::any::ids;

const SEED: &str = include_str!("fixture.md");

fn order(text: &str) -> Order {
    read(text).unwrap().into_order(&mut ids("x")).unwrap()
}

fn items(order: &Order) -> Vec<(&str, Vec<&str>)> {
    let texts = |step: &'_ crate::model::Step| -> Vec<String> {
        step.items.iter().map(|item| item.text.clone()).collect()
    };
    let _ = texts;
    order
        .steps
        .iter()
        .map(|step| (step.title.as_str(), step.items.iter().map(|it| it.text.as_str()).collect()))
        .collect()
}

#[test]
fn the_house_form_is_read() {
    let order = order(SEED);
    assert!(order.number.is_given() && !order.title.is_empty() && !order.order_type.is_empty());
    assert!(order.steps.len() > 1 && !order.criteria.is_empty() && !order.safety.notes.is_empty());
    assert!(!order.log.is_empty() && order.assignee.is_some() && order.asset.is_some());
    assert!(order.steps.iter().all(|step| !step.title.starts_with("Step ") && !step.title.contains('✅')));
    assert!(order.steps.iter().any(|step| step.state == StepState::Done));
}

#[test]
fn boxes_stand_in_steps_by_the_headings_above_them() {
    let foreign = "---\ntitle: Weekly check\n---\n\n- [x] before all\n\n## Oil\n1. [ ] Drain\n2. [ ] Refill\n   - [ ] Cap on\n\n## About\nText.\n\n### After\n* [ ] Test run\n";
    let order = order(foreign);
    assert_eq!(order.title, "Weekly check");
    assert_eq!(
        items(&order),
        [
            ("Checklist", vec!["before all"]),
            ("Oil", vec!["Drain", "Refill", "Cap on"]),
            ("After", vec!["Test run"])
        ]
    );
    assert!(order.steps[0].items[0].ticks.is_unattested());
}

#[test]
fn what_stands_below_a_step_belongs_to_it() {
    let text = "# T\n\n## Steps\n### Step 1: Isolate\n- [ ] Drive\n  - [ ] Tag\n\n#### Power\n- [ ] off\n\n#### Water\n- [ ] off\n";
    let order = order(text);
    assert_eq!(items(&order), [("Isolate", vec!["Drive", "Tag", "off", "off"])]);
    let sections: Vec<&str> =
        order.document.iter().filter(|it| it.kind == Kind::Section).map(|it| it.text.as_str()).collect();
    assert_eq!(sections, ["Steps", "Power", "Water"]);
}

#[test]
fn a_title_is_what_people_call_it() {
    for (text, title) in [
        ("# Work orders for the night shift\n- [ ] a", "Work orders for the night shift"),
        ("# Work Order: Swap the pump\n- [ ] a", "Swap the pump"),
        ("Replace the battery\n=====\n- [ ] a", "Replace the battery"),
        ("---\ntitle: Boiler\n# note\n---\n- [ ] a", "Boiler"),
        ("- [ ] only this", "only this"),
        ("# Work Order: WO-2026-007\n## Description\n**Grease it**\n", "Grease it"),
    ] {
        assert_eq!(order(text).title, title, "{text}");
    }
}

#[test]
fn lists_are_what_their_heading_says_and_no_more() {
    let text = "# T\n## Description\nNever:\n- reach in\n\nCall if in doubt.\n## Safety\nWear gloves.\n- No rings\n## Acceptance criteria\n- [ ] clean\n- dry ✅\n## Goals\n- fast\n";
    let order = order(text);
    assert_eq!(order.goals.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["fast"]);
    assert_eq!(
        order.safety.notes.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(),
        ["Wear gloves.", "No rings"]
    );
    let criteria: Vec<(&str, bool)> =
        order.criteria.iter().map(|it| (it.text.as_str(), it.ticks.is_ticked())).collect();
    assert_eq!(criteria, [("clean", false), ("dry", true)]);
}

#[test]
fn what_cannot_be_taken_is_said_with_its_line() {
    let text =
        "# T\n\n| Status | purple |\n|---|---|\n| Owner | Ada |\n\n```\n- [ ] a\n```\n\n<!--\n- [ ] b\n-->\n";
    let reading = read(text).unwrap();
    let lines: Vec<usize> = reading.not_taken().iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [3, 7, 11]);
    assert_eq!(reading.taken().items, 0);
    assert!(read("a\0b").is_err() && read(" \n").is_err());
}

#[test]
fn a_person_may_take_a_point_for_an_item_and_nothing_for_what_it_cannot_be() {
    let mut reading = read("# T\n1. Drain\n2. Refill\n").unwrap();
    assert!(reading.retake(0, Kind::Item).is_err());
    reading.tick_points();
    let order = reading.into_order(&mut ids("x")).unwrap();
    assert_eq!(items(&order), [("Checklist", vec!["Drain", "Refill"])]);
}
