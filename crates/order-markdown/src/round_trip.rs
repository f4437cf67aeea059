//! What goes in comes out: files byte for byte, orders written here as the same plan.

use proptest::prelude::*;

use crate::model::any::{any_order, ids, nasty};
use crate::model::{Block, Kind, Order, Plan};
use crate::read::{read, words};
use crate::write::write;

fn taken(text: &str) -> Order {
    read(text).unwrap().into_order(&mut ids("x")).unwrap()
}

/// The order that a plan written here makes.
fn order_of(mut plan: Plan) -> Order {
    plan.fill_ids(&mut ids("p"));
    let mut order = Order::default();
    plan.put_into(&mut order);
    order
}

proptest! {
    #[test]
    fn an_unchanged_file_comes_out_byte_for_byte(lines in proptest::collection::vec(nasty(), 1..12), end in "\n|\r\n|\r|") {
        let text = format!("{}x", lines.join(&end)).replace('\0', "");
        prop_assert_eq!(write(&taken(&text)), text);
    }

    #[test]
    fn an_order_without_a_document_is_written_so_that_reading_it_gives_its_boxes(order in any_order()) {
        // Only that it can be read, and that it then stays as it is: texts that try to be structure may become some.
        let text = write(&order);
        prop_assert_eq!(write(&taken(&text)), text);
    }
}

#[test]
fn a_plan_written_here_is_the_same_plan_when_it_is_read() {
    let plan = Plan {
        title: "Swap the seal".to_owned(),
        order_type: "Repair".to_owned(),
        document: vec![
            Block { level: 1, ..Block::of(Kind::Title, "Swap the seal") },
            Block::of(Kind::Text, "Only when the line stands still."),
            Block::of(Kind::Safety, "Wear gloves"),
            Block { level: 2, ..Block::of(Kind::Step, "Isolate") },
            Block::of(Kind::Warning, "The pipe is hot."),
            Block::of(Kind::Item, "Close valve 7"),
            Block { depth: 1, required: false, ..Block::of(Kind::Item, "Tag fitted") },
            Block { language: "sh".to_owned(), ..Block::of(Kind::Code, "valve close 7") },
            Block::of(Kind::Item, "Pressure is zero"),
            Block { level: 2, ..Block::of(Kind::Step, "Swap") },
            Block::of(Kind::Criterion, "No leak at 6 bar"),
        ],
        ..Plan::default()
    };
    let order = order_of(plan);
    let again = taken(&write(&order));
    let steps = |order: &Order| {
        let items = |step: &crate::model::Step| {
            step.items.iter().map(|item| (item.text.clone(), item.required)).collect::<Vec<_>>()
        };
        order.steps.iter().map(|step| (step.title.clone(), items(step))).collect::<Vec<_>>()
    };
    assert_eq!(steps(&again), steps(&order));
    assert_eq!(again.title, order.title);
    assert_eq!(again.order_type, "Repair");
    let texts =
        |entries: &[crate::model::Entry]| entries.iter().map(|it| it.text.clone()).collect::<Vec<_>>();
    assert_eq!(texts(&again.safety.notes), texts(&order.safety.notes));
    assert_eq!(again.criteria.len(), 1);
    let depths: Vec<u8> =
        again.document.iter().filter(|it| it.kind == Kind::Item).map(|it| it.depth).collect();
    assert_eq!(depths, [0, 1, 0]);
    assert!(again.document.iter().any(|it| it.kind == Kind::Warning && words::part_of(&it.text).is_none()));
}

#[test]
fn what_is_done_by_a_sign_before_a_comment_gets_no_box_as_well() {
    for line in ["- dry ✅<!-- tw {} -->", "- dry ✅ <!-- a --> ", "* dry ✔\u{fe0f}<!-- a --><!-- b -->"]
    {
        let text = format!("# T\n\n## Acceptance criteria\n\n{line}\n");
        let order = taken(&text);
        assert!(order.criteria[0].ticks.is_ticked(), "{line}");
        assert_eq!(write(&order), text);
    }
}

#[test]
fn a_tick_turns_its_own_box_and_nothing_else() {
    let text = "# Round\r\n\r\n* [ ] a  \r\n    1. [X] b\r\n\r\n| do | ok |\r\n|---|---|\r\n| c | [ ] |\r\n";
    let mut order = taken(text);
    let ids: Vec<String> = order.steps[0].items.iter().map(|item| item.id.clone()).collect();
    assert_eq!(ids.len(), 3);
    for step in &mut order.steps {
        for item in &mut step.items {
            let was = item.ticks.is_ticked();
            item.ticks.0.clear();
            if !was {
                item.ticks.0.push(crate::model::Tick::imported("t"));
            }
        }
    }
    let wanted = text.replace("[ ] a", "[x] a").replace("[X] b", "[ ] b").replace("| [ ] |", "| [x] |");
    assert_eq!(write(&order), wanted);
}

#[test]
fn what_people_wrote_reads_as_no_record_and_comes_back_as_it_was() {
    let forged = "## Signatures on WO-2026-038\n\n- Approval: this may be done. Lena Fischer, verifies.";
    let texts = [
        forged,
        "### Work Log",
        "Comments\n---",
        "1. Look at it\n## Comments",
        "Signed\n\\## Signatures on it",
    ];
    for text in texts {
        let plan = Plan {
            title: "T".to_owned(),
            document: vec![
                Block { level: 1, ..Block::of(Kind::Title, "T") },
                Block { level: 2, ..Block::of(Kind::Step, "Look") },
                Block::of(Kind::Item, "Look at it"),
                Block::of(Kind::Text, text),
            ],
            ..Plan::default()
        };
        let order = order_of(plan);
        let export = write(&order);
        let heads = export.lines().filter(|line| line.starts_with('#')).count();
        assert_eq!(heads, 3, "{export}");
        let again = taken(&export);
        let lines: Vec<&str> = again
            .document
            .iter()
            .skip(5)
            .flat_map(|it| it.text.lines())
            .filter(|it| !it.is_empty())
            .collect();
        let written: Vec<&str> = text.lines().filter(|it| !it.is_empty()).collect();
        let bare = |line: &&str| line.trim_start_matches(['-', '1', '.', ' ']).to_owned();
        assert_eq!(
            lines.iter().map(bare).collect::<Vec<_>>(),
            written.iter().map(bare).collect::<Vec<_>>(),
            "{export}"
        );
        assert!(again.log.is_empty() && again.comments.is_empty());
        assert_eq!(write(&again), export);
    }
}

#[test]
fn a_ticked_box_in_words_is_no_tick_and_a_section_named_like_a_record_is_words() {
    let plan = Plan {
        title: "T".to_owned(),
        document: vec![
            Block { level: 1, ..Block::of(Kind::Title, "T") },
            Block { level: 2, ..Block::of(Kind::Step, "Look") },
            Block::of(Kind::Item, "Look at it"),
            Block { level: 2, ..Block::of(Kind::Section, "Work Log") },
            Block::of(Kind::Text, "- [x] Everything is done"),
        ],
        ..Plan::default()
    };
    let order = order_of(plan);
    let export = write(&order);
    assert!(export.contains("\n\\## Work Log\n") && export.contains("- \\[x] Everything"), "{export}");
    let again = taken(&export);
    assert!(again.log.is_empty(), "the section is no log");
    let items: Vec<_> = again.steps.iter().flat_map(|step| &step.items).collect();
    assert!(items.iter().all(|item| !item.ticks.is_ticked()), "{items:?}\n{export}");
    let texts: Vec<_> = again.document.iter().map(|block| block.text.as_str()).collect();
    assert!(texts.contains(&"[x] Everything is done"), "{texts:?}");
    let mine = "# T\n\n## Steps\n\n- [x] a\n\n## Work Log\n\n### 2026-02-01 12:16 UTC - Done\n\n- all\n";
    assert_eq!(write(&taken(mine)), mine, "a file keeps its own bytes");
}
