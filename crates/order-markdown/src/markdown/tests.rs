use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::model::any::{self, ids};
use crate::model::*;
use foundation::Error;

const FIXTURE: &str = include_str!("fixture.md");

fn read(text: &str) -> Order {
    parse(text, &mut ids("id")).unwrap()
}

fn again(order: &Order) -> Order {
    let text = render(order).unwrap();
    parse(&text, &mut ids("new")).unwrap_or_else(|why| panic!("{why}\n{text}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn what_is_written_reads_as_the_same_order(order in any::any_order()) {
        let text = render(&order).unwrap();
        let read = parse(&text, &mut ids("new"));
        prop_assert!(read.is_ok(), "{:?}\n{}", read, text);
        prop_assert_eq!(read.unwrap(), order, "{}", text);
    }

    #[test]
    fn windows_line_endings_change_nothing(order in any::any_order()) {
        let text = render(&order).unwrap().replace('\r', "").replace('\n', "\r\n");
        prop_assert_eq!(parse(&text, &mut ids("new")).unwrap(), order, "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused_and_then_keeps_its_meaning(text in any::nasty().prop_flat_map(|a| {
        (Just(a), proptest::collection::vec(any::nasty(), 0..12)).prop_map(|(a, more)| format!("{a}\n{}", more.join("\n")))
    })) {
        if let Ok(order) = parse(&text, &mut ids("id")) {
            prop_assert_eq!(again(&order), order);
        }
    }
}

#[test]
fn every_field_of_the_form_is_read() {
    let order = read(FIXTURE);
    assert_eq!(order.number.as_str(), "WO-2026-014");
    assert_eq!(
        (order.order_type.as_str(), order.priority, order.status),
        ("Integration Setup", Priority::Medium, Status::InProgress)
    );
    assert_eq!(
        (order.created.raw.as_str(), order.created.precision),
        ("2026-03-04 08:05 UTC", Precision::Minute)
    );
    let assignee = order.assignee.clone().unwrap();
    assert_eq!(
        (assignee.name.as_str(), assignee.code.as_str(), assignee.account),
        ("Dana Okafor", "USR-007", None)
    );
    let asset = order.asset.clone().unwrap();
    assert_eq!((asset.name.as_str(), asset.tag.as_str()), ("Support desk server", "support-prod"));
    assert_eq!(order.title, "Trace every call of the support assistant");
    assert!(
        order.description.starts_with("The support assistant answers")
            && order.description.ends_with("so that we get:")
    );
    assert_eq!(
        texts(&order.goals),
        [
            "Answers that can be checked later",
            "A bill that can be explained",
            "Lessons for the next assistant"
        ]
    );
    assert_eq!(
        texts(&order.parts),
        ["Tracing project (free plan)", "Key pair", "SDK: `pip install tracing-sdk`"]
    );
    assert_eq!(order.safety.notes.len(), 2);
    assert_eq!(order.criteria.len(), 3);
    assert_eq!(order.footer.as_deref(), Some("Support team - Work Order Template v2"));
    assert!(order.sections.is_empty() && order.fields.is_empty(), "{:?}", order.sections);
}

#[test]
fn steps_log_and_marks_of_the_form_are_read() {
    let order = read(FIXTURE);
    let shape: Vec<(u32, &str, usize, usize, usize)> = order
        .steps
        .iter()
        .map(|step| {
            (step.position, step.state.as_str(), step.items.len(), step.ticked_items(), step.code.len())
        })
        .collect();
    assert_eq!(
        shape,
        [(1, "done", 3, 3, 0), (2, "done", 0, 0, 1), (3, "open", 3, 1, 0), (4, "open", 2, 0, 0)]
    );
    assert_eq!(order.steps[1].code[0].language, "bash");
    assert!(order.steps[1].code[0].text.starts_with("# /srv/assistant/.env\nTRACE_HOST"));
    assert!(order.steps[1].ticks.is_unattested() && order.steps[0].items[0].ticks.is_unattested());
    assert_eq!(order.log.len(), 2);
    assert_eq!(order.log[0].author.as_deref(), Some("Relay (AI Assistant)"));
    assert_eq!(order.log[0].lines, ["Wrote this order", "Compared two tracing services"]);
    assert_eq!(
        (order.log[1].when.raw.as_str(), order.log[1].when.precision),
        ("2026-03-04 09:XX UTC", Precision::Hour)
    );
    assert_eq!((order.log[1].title.as_str(), order.log[1].kind), ("Waiting for Dana", LogKind::Waiting));
}

fn texts(entries: &[Entry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.text.as_str()).collect()
}

#[test]
fn an_unmodified_file_keeps_its_meaning_and_its_visible_form() {
    let order = read(FIXTURE);
    assert_eq!(again(&order), order);
    let visible = |text: &str| {
        let lines =
            text.lines().map(|line| line.split("<!-- tw").next().unwrap_or_default().trim_end().to_owned());
        lines.filter(|line| !line.is_empty()).collect::<Vec<_>>()
    };
    assert_eq!(visible(&render(&order).unwrap()), visible(FIXTURE));
}

#[test]
fn an_edit_by_hand_wins_over_the_comment() {
    let text = render(&read(FIXTURE)).unwrap();
    let edited = text
        .replace("- [x] Add the SDK", "- [ ] Add the SDK")
        .replace("- [ ] Wrap both", "- [x] Wrap all")
        .replace("| MEDIUM |", "| HIGH |")
        .replace("- Key pair ", "- Key pair, new ");
    let (before, after) = (read(&text), read(&edited));
    assert_eq!(after.priority, Priority::High);
    assert_eq!(after.steps[2].items[0].id, before.steps[2].items[0].id);
    assert!(!after.steps[2].items[0].ticks.is_ticked());
    assert_eq!(after.steps[2].items[1].text, "Wrap all model clients");
    assert!(after.steps[2].items[1].ticks.is_unattested());
    assert_eq!(
        (after.parts[1].id.as_str(), after.parts[1].text.as_str()),
        (before.parts[1].id.as_str(), "Key pair, new")
    );
}

#[test]
fn a_copied_line_gets_an_id_of_its_own() {
    let text = render(&read(FIXTURE)).unwrap();
    let line = text.lines().find(|line| line.starts_with("- Key pair")).unwrap();
    let order = parse(&text.replace(line, &format!("{line}\n{line}")), &mut ids("new")).unwrap();
    assert_eq!(order.parts.len(), 4);
    assert_ne!(order.parts[1].id, order.parts[2].id);
}

#[test]
fn small_variations_are_taken() {
    let text = "\u{feff}# work order: wo-2026-003\r\n\r\n## HEADER\r\n|field|value|\r\n|:--|:--|\r\n|Status|in-progress|\r\n|priority|Urgent|\r\n|Location|Hall 3|\r\n|Assigned to|Unassigned|\r\n\r\n## Description\r\nPlain text.\r\n\r\n## Tasks\r\n### 1. First [x]\r\n* [X] one\r\n+ [ ] two (optional)\r\n    more of two\r\n  - [x] nested\r\nSome note.\r\n~~~\r\ncode\r\n~~~\r\n## Acceptance Criteria\r\n- [x] it works\r\n- it stays ✅\r\n## Lessons\r\nKept.\r\n";
    let order = read(text);
    assert_eq!(
        (order.number.as_str(), order.status, order.priority),
        ("WO-2026-003", Status::InProgress, Priority::Emergency)
    );
    assert_eq!(order.fields, [Field { name: "Location".to_owned(), value: "Hall 3".to_owned() }]);
    assert_eq!(order.assignee, None);
    assert_eq!(order.description, "Plain text.");
    let step = &order.steps[0];
    assert_eq!(
        (step.title.as_str(), step.state.as_str(), step.notes.as_str()),
        ("First", "done", "Some note.")
    );
    let items: Vec<(&str, bool, bool)> =
        step.items.iter().map(|item| (item.text.as_str(), item.required, item.ticks.is_ticked())).collect();
    assert_eq!(items, [("one", true, true), ("two\nmore of two", false, false), ("nested", true, true)]);
    assert_eq!(step.code, [CodeBlock { language: String::new(), text: "code".to_owned() }]);
    assert!(order.criteria.iter().all(|criterion| criterion.ticks.is_ticked()));
    assert_eq!(order.sections, [Section { title: "Lessons".to_owned(), text: "Kept.".to_owned() }]);
    assert_eq!(again(&order), order);
}

#[test]
fn bad_files_are_refused_with_the_place() {
    let long = format!("# WO-2026-001\n## Description\n**{}**\n", "x".repeat(501));
    let many = format!("# WO-2026-001\n## Steps\n### One\n{}", "- [ ] a\n".repeat(201));
    let cases = [
        ("# WO-2026-001\n| Status | LOST |\n", "line 2", "is no status"),
        ("# WO-2026-001\n\n| Priority | PURPLE |\n", "line 3", "is no priority"),
        ("| WO Number | 17 |\n", "line 1", "WO-2026-001"),
        ("# WO-2026-001\n## Steps\n### One\n```sh\nnever closed\n", "line 4", "never closed"),
        ("## Parts\n- a <!-- tw {nonsense} -->\n", "line 2", "not a JSON object"),
        ("## Steps\n### One <!-- tw {\"state\":7} -->\n", "line 2", "does not fit"),
        ("## Steps\n### One\n- [ ] a\n- [ ] b\0c\n", "steps[0].items[1].text", "NUL"),
        ("## Parts\n- a <!-- tw {\"text\":\"a\\u0000\"} -->\n- b\n", "parts[0].text", "NUL"),
        ("|---\0|x|\n", "line 1", "NUL"),
        (long.as_str(), "title", "at most 500"),
        (many.as_str(), "steps[0].items", "at most 200"),
    ];
    for (text, path, message) in cases {
        let Err(Error::Invalid(errors)) = parse(text, &mut ids("id")) else { panic!("taken: {text:.80}") };
        assert!(errors.get(path).is_some_and(|it| it.contains(message)), "{text:.80}: {errors}");
    }
    let huge = "x".repeat(limits::FILE_BYTES + 1);
    assert!(matches!(parse(&huge, &mut ids("id")), Err(Error::TooLarge(_))));
    assert!(matches!(parse_bytes(&[0xff, 0xfe], &mut ids("id")), Err(Error::Invalid(_))));
}

#[test]
fn nothing_in_a_comment_can_close_it_or_smuggle_in_a_list() {
    let text =
        "## Parts\n- a <!-- tw {\"id\":\"p1\"} -->\n## Header\n<!-- tw {\"steps\":[{}],\"version\":7} -->\n";
    let order = read(text);
    assert!(order.steps.is_empty());
    assert_eq!((order.parts[0].id.as_str(), order.version), ("p1", 7));
    let nasty = Order { title: "a --> b <!-- c".to_owned(), ..order };
    let shown = render(&nasty).unwrap();
    assert!(shown.lines().all(|line| line.matches("-->").count() <= 1 || !line.contains("tw")), "{shown}");
    assert_eq!(again(&nasty), nasty);
}

#[test]
fn files_as_large_as_allowed_are_read_or_refused_whatever_fills_them() {
    let fill = |head: &str, line: &str| {
        head.to_owned() + &line.repeat((limits::FILE_BYTES - head.len()) / line.len())
    };
    for (head, line) in [
        ("## Description\n", "- a\n"),
        ("## Steps\n### One\n", "- [x] a\n"),
        ("## Steps\n", "### Step 1: a\n"),
        ("## Steps\n### One\n", "```\n```\n"),
        ("## Header\n", "|a|b|\n"),
        ("## Parts\n", "- a <!-- tw {\"id\":\"x\"} -->\n"),
        ("## Work Log\n", "### 2026-01-01 - a\n- b\n"),
        ("", "## a\n"),
        ("## Parts\n- a <!-- tw {\"id\":", "["),
        ("# WO-2026-001\n", "\\"),
    ] {
        assert!(parse(&fill(head, line), &mut ids("id")).is_err(), "{head:?} {line:?}");
    }
    assert!(parse(&fill("", "\n"), &mut ids("id")).is_ok());
}

/// The shared folder, when it lies beside the project.
fn shared_seed() -> Option<String> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("TRACEWRIGHT_SHARED").map_or(beside, PathBuf::from);
    std::fs::read_to_string(folder.join("seeds/WO-2026-001.md")).ok()
}

#[test]
fn the_shared_seed_is_read_whole_and_flagged() {
    let Some(text) = shared_seed() else {
        println!("skipped: no shared folder with seeds/WO-2026-001.md");
        return;
    };
    let order = read(&text);
    assert_eq!(
        (order.number.as_str(), order.status, order.priority),
        ("WO-2026-001", Status::InProgress, Priority::High)
    );
    assert_eq!((order.goals.len(), order.steps.len(), order.parts.len(), order.criteria.len()), (4, 6, 3, 4));
    assert_eq!(order.item_progress(), (4, 16));
    assert_eq!(order.log[1].when.raw, "2026-02-01 12:XX UTC");
    assert_eq!(order.log[0].author.as_deref(), Some("Jarvis (AI Assistant)"));
    assert!(order.sections.is_empty() && order.footer.is_some());
    assert_eq!(again(&order), order);
}
