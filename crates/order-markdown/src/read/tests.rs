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

#[test]
fn only_the_top_of_a_file_is_front_matter() {
    for text in [
        "# T\n\n- [ ] A\n\n---\n## Two\n- [ ] B\n\n---\n## Three\n- [ ] C\n",
        "# T\n\n- [ ] A\n\n---\nNote: breaker off\nDue: 2027-01-05\n---\n\n- [ ] B\n- [ ] C\n",
        "---\n# T\n\n- [ ] A\n- [ ] B\n\n---\n\n- [ ] C\n",
        "# T\n\n- [ ] A\n\n+++\nowner = \"Bob\"\n- [ ] B\n\n+++\n\n- [ ] C\n",
    ] {
        let order = order(text);
        let texts: Vec<&str> =
            order.steps.iter().flat_map(|it| &it.items).map(|it| it.text.as_str()).collect();
        assert_eq!(texts, ["A", "B", "C"], "{text:?}");
        assert!(order.due.is_none() && order.assignee.is_none() && order.fields.is_empty(), "{text:?}");
        assert_eq!(crate::write::write(&order), text);
    }
    let order = order("---\n# how it is done\nowner: Ada\n---\n\n# T\n- [ ] a\n");
    assert_eq!(order.assignee.unwrap().name, "Ada");
}

#[test]
fn a_list_that_tabs_nest_is_cut_at_its_lines() {
    for text in [
        "# T\n\n- [ ] A\n\t- [ ] B\n\t\t- [ ] B1\n\t- [ ] C\n- [ ] D\n\t- a note\n- [ ] E\n",
        "# T\r\n\r\n- [ ] A\r\n\t- [ ] B\r\n\t\t- [ ] B1\r\n\t- [ ] C\r\n- [ ] D\r\n\t- a note\r\n- [ ] E\r\n",
        "# T\n\n* [ ] A\n\n\t* [ ] B\n\n\t\t* [ ] B1\n\n\t* [ ] C\n\n* [ ] D\n\n\t* a note\n* [ ] E\n",
    ] {
        let mut order = order(text);
        let blocks = order.document.iter().filter(|block| block.kind == Kind::Item);
        let items: Vec<(&str, u8)> = blocks.map(|block| (block.text.as_str(), block.depth)).collect();
        assert_eq!(items, [("A", 0), ("B", 1), ("B1", 2), ("C", 1), ("D", 0), ("E", 0)], "{text:?}");
        let is_whole = |block: &Block| {
            let (source, at) = (block.source.as_deref().unwrap(), block.mark.unwrap() as usize);
            source[at..].starts_with("[ ]") && source.matches("[ ]").count() == 1
        };
        assert!(order.document.iter().filter(|block| block.kind == Kind::Item).all(is_whole), "{text:?}");
        for item in order.steps.iter_mut().flat_map(|step| &mut step.items) {
            item.ticks.0.push(Tick::imported("t".to_owned()));
        }
        assert_eq!(crate::write::write(&order), text.replace("[ ]", "[x]"));
    }
}

#[test]
fn a_heading_without_words_is_no_step() {
    let order = order("## \n- [ ] a\n\n##\n\n### (optional)\n- [ ] b\n");
    assert_eq!(items(&order), [("Checklist", vec!["a"]), ("(optional)", vec!["b"])]);
}

#[test]
fn the_title_is_the_one_heading_of_the_first_level_or_words() {
    for (text, title) in [
        ("## Cover\n\n![x](a.png)\n\n# Monthly check\n\n- [ ] Oil\n", "Monthly check"),
        ("\n----\n\nFor maintainers\n\n- [ ] News item.\n", "For maintainers"),
        ("## First\n- [ ] a\n# Second\n- [ ] b\n", "First"),
        ("# One\n- [ ] a\n# Two\n- [ ] b\n", "One"),
    ] {
        assert_eq!(order(text).title, title, "{text:?}");
    }
}

#[test]
fn the_safety_of_data_is_no_safety_note() {
    let read = order(
        "# Site\n\n## Sécurité\n\n- [ ] HTTPS\n\nTips\n\n## Sicherheit\n\n### TLS\n- [ ] Cert\n\n#### Tipps\n* Plugin\n",
    );
    assert!(read.safety.notes.is_empty(), "{:?}", read.safety.notes);
    for kept in [
        "# T\n\n## Sicherheit\n\n- Brille tragen\n\n## A\n- [ ] b\n",
        "# T\n\n## Safety\n- [ ] Glasses\n- Gloves\n",
    ] {
        assert_eq!(order(kept).safety.notes.len(), 1, "{kept:?}");
    }
}

#[test]
fn tabs_of_a_site_divide_a_step() {
    let text = "# Guide\n\n## Engine\n\n=== \"5.7L\"\n\n    !!! tip \"50 hours\"\n\n        - [ ] Oil\n        - [ ] Coolant\n\n    !!! tip \"Weekly\"\n\n        - [ ] Oil\n";
    let order = order(text);
    assert_eq!(items(&order), [("Engine", vec!["Oil", "Coolant", "Oil"])]);
    let sections: Vec<&str> =
        order.document.iter().filter(|it| it.kind == Kind::Section).map(|it| it.text.as_str()).collect();
    assert_eq!(sections, ["5.7L", "50 hours", "Weekly"]);
    assert_eq!(crate::write::write(&order), text);
}

#[test]
fn boxes_in_a_quoted_fence_are_told() {
    let reading = read("# T\n\n> ```\n> - [ ] x\n> ```\n\n- [ ] y\n").unwrap();
    assert_eq!((reading.kept().boxes, reading.taken().items), (1, 1));
}

#[test]
fn a_file_without_a_title_is_called_after_its_name() {
    let called = |text: &str, file: &str| {
        let mut reading = read(text).unwrap();
        reading.call_after(file);
        reading.title().to_owned()
    };
    let parts = "Query the API.\n\n## Prerequisites\n- [ ] Token\n\n## Auth\n- [ ] Log in\n";
    assert_eq!(called(parts, "docs/api_go-live.md"), "Api go live");
    assert_eq!(called("- [ ] a\n- [ ] b\n", "Wöchentlich.markdown"), "Wöchentlich");
    assert_eq!(called(parts, "README.md"), "Prerequisites");
    assert_eq!(called(parts, "2026-01.md"), "Prerequisites");
    assert_eq!(called("## Weekly check\n- [ ] a\n", "x.md"), "Weekly check");
    assert_eq!(called("# T\n## A\n- [ ] a\n## B\n- [ ] b\n", "x.md"), "T");
    assert_eq!(called("---\ntitle: T\n---\n## A\n- [ ] a\n## B\n- [ ] b\n", "x.md"), "T");
}
